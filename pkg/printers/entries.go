package printers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// maxAlike is how many entries of one check and severity people read: with more,
// one stands for all of them. Of what can wait, the second is one too many.
func maxAlike(s report.Severity) int {
	switch {
	case s.AtLeast(report.High):
		return 10
	case s.AtLeast(report.Medium):
		return 3
	}
	return 1
}

// maxExamples is how many objects such an entry names.
const maxExamples = 3

// entry is a finding, or several alike.
type entry struct {
	report.Finding
	namespace, object string
}

// entries are what the table shows: every finding when it is wide, else at most a
// few of each check. They keep the report's order, and merged ones stand where
// the first of them would.
func (t *table) entries() []entry {
	type kind struct {
		check    string
		severity report.Severity
	}
	alike := map[kind][]report.Finding{}
	for _, f := range t.report.Findings {
		k := kind{f.Check, f.Severity}
		alike[k] = append(alike[k], f)
	}
	var entries []entry
	for _, f := range t.report.Findings {
		k := kind{f.Check, f.Severity}
		switch same := alike[k]; {
		case t.Wide || len(same) <= maxAlike(f.Severity):
			entries = append(entries, entry{f, orNone(f.Object.CountedIn()), objectName(f.Object)})
		case same[0].Fingerprint == f.Fingerprint && same[0].Object == f.Object:
			entries = append(entries, merged(same))
		}
	}
	return entries
}

// merged reports whether the table leaves something out that wide shows.
func (t *table) merged() bool { return len(t.entries()) < len(t.report.Findings) }

func merged(same []report.Finding) entry {
	first := entry{Finding: same[0], object: plural(len(same), "object")}
	var namespaces, objects []string
	messages := map[string]bool{}
	for _, f := range same {
		messages[f.Message] = true
		if n := f.Object.CountedIn(); !slices.Contains(namespaces, n) {
			namespaces = append(namespaces, n)
		}
		if len(objects) < maxExamples {
			objects = append(objects, objectName(f.Object))
		}
	}
	first.namespace = orNone(namespaces[0])
	if len(namespaces) > 1 {
		first.namespace = "<multiple>"
	}
	some := strings.Join(objects, ", ")
	if more := len(same) - len(objects); more > 0 {
		some += fmt.Sprintf(" and %d more", more)
	}
	if len(messages) > 1 {
		some += "; the first"
	}
	first.Message = some + ": " + first.Message
	return first
}
