package printers

import (
	"cmp"
	_ "embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// htmlGroup is a row of the table with its findings.
type htmlGroup struct {
	entry
	Doc      api.CatalogCheck
	Findings []htmlFinding
}

// Where names the object, or counts the objects.
func (g htmlGroup) Where() string { return g.object }

// In names the namespace.
func (g htmlGroup) In() string {
	switch {
	case g.namespace == "<multiple>":
		return "several namespaces"
	case g.Object.CountedIn() == "":
		return ""
	}
	return g.namespace
}

// htmlFinding is one finding with its details, in the words of the table.
type htmlFinding struct {
	*api.Finding
	table *table
}

func (f htmlFinding) Namespace() string { return f.Object.CountedIn() }

// Name returns the name of the object, with its namespace.
func (f htmlFinding) Name() string {
	if f.Object.Namespace == "" {
		return objectName(f.Object)
	}
	return f.Object.Namespace + "/" + objectName(f.Object)
}

// Began returns the start of the fault in RFC 3339 or, if only a history knows the finding,
// since when it is open. Age is the time from the start to the report.
func (f htmlFinding) Began() string {
	began := cmp.Or(f.Since, f.KnownSince())
	if began == nil {
		return ""
	}
	return api.Time(began.Time)
}

// Position returns the file and the line, if there is a file.
func (f htmlFinding) Position() string { return sourceText(f.Source) }

func (f htmlFinding) Age() string { return f.table.since(f.Finding) }

func (f htmlFinding) Pods() string { return podsText(f.Evidence) }

// Facts returns the evidence except the pods, by name.
func (f htmlFinding) Facts() []htmlFact {
	var facts []htmlFact
	for _, key := range factNames(f.Evidence) {
		facts = append(facts, htmlFact{key, factText(f.Evidence[key])})
	}
	return facts
}

type htmlFact struct{ Name, Value string }

// Advice returns a fix without the command at its end, Command the command to
// paste into a shell.
func (f htmlFinding) Advice() string {
	advice, _ := fixParts(f.Finding)
	return advice
}

func (f htmlFinding) Command() string {
	_, command := fixParts(f.Finding)
	return command
}
