package printers

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// ExplainedFinding is a finding with all that helps to understand it.
type ExplainedFinding struct {
	api.Finding
	Check api.CatalogCheck
	// Suppressed is set if policy suppresses the finding.
	Suppressed *api.Suppression
	// DependsOn lists the objects that the subject needs, Others the other findings
	// about it and them.
	DependsOn []api.Object
	Others    []api.Finding
	// Report is the report with the finding.
	Report *api.Report
}

// Finding writes a finding in words: what was seen and since when, why it matters,
// what to do, and what else depends on it.
func Finding(w io.Writer, f ExplainedFinding, o Options) error {
	if o.Width == 0 {
		o.Width = explainWidth
	}
	var out bytes.Buffer
	e := explanation{palette: newPalette(o.Color), width: o.Width, out: &out}
	e.identity(f)
	e.prose("WHAT WAS SEEN", f.Message)
	e.evidence(f.Evidence)
	e.prose("SINCE", sinceText(f))
	e.prose("WHY IT MATTERS", f.Check.Why)
	if f.Suppressed != nil {
		e.prose("WHY IT IS SUPPRESSED", reasonText(*f.Suppressed))
	}
	e.fix(f.Finding)
	e.prose("HOW TO FIX IT FOR GOOD", f.Check.Fix)
	e.prose("LIMITATIONS OF THE CHECK", f.Check.Limitations)
	e.related(f)
	_, err := out.WriteTo(w)
	return err
}

func (e *explanation) identity(f ExplainedFinding) {
	object := objectName(f.Object)
	if f.Object.Namespace != "" {
		object += " in namespace " + f.Object.Namespace
	}
	g := grid{width: e.width}
	for _, fact := range []struct {
		label string
		value cell
	}{
		{"CHECK:", painted(e.heading, f.Finding.Check)},
		{"FINDS:", plain(f.Check.Title)},
		{"OBJECT:", plain(object)},
		{"CLUSTER:", plain(f.Report.Metadata.Name)},
		{"SOURCE:", plain(sourceText(f.Source))},
		{"SEVERITY:", painted(e.severities[f.Severity], string(f.Severity))},
		{"FINGERPRINT:", plain(f.Fingerprint)},
	} {
		if fact.value.text != "" {
			g.add([]cell{plain(fact.label), fact.value})
		}
	}
	g.write(e.out)
}

// inMessage are facts that a message always says, or that say nothing to a person.
var inMessage = []string{"podNames", "podNodes", "pods", "of", "containerKind"}

// evidence lists the facts below the message.
func (e *explanation) evidence(evidence api.Evidence) {
	g := grid{width: e.width - explainIndent}
	if pods := podsText(evidence); pods != "" {
		g.add(plainCells("pods", pods))
	}
	for _, key := range slices.Sorted(maps.Keys(evidence)) {
		if !slices.Contains(inMessage, key) {
			g.add(plainCells(spaced(key), factText(evidence[key])))
		}
	}
	if len(g.rows) > 0 {
		write(e.out, "\n")
		e.grid(&g)
	}
}

// spaced writes the key of a fact as words: restartsPerHour is restarts per hour.
func spaced(key string) string {
	var words strings.Builder
	before := 'A'
	for _, c := range key {
		if unicode.IsUpper(c) && !unicode.IsUpper(before) {
			words.WriteByte(' ')
			words.WriteRune(unicode.ToLower(c))
		} else {
			words.WriteRune(c)
		}
		before = c
	}
	return words.String()
}

func (e *explanation) grid(g *grid) {
	var lines bytes.Buffer
	g.write(&lines)
	for line := range strings.Lines(lines.String()) {
		write(e.out, spaces(explainIndent), line)
	}
}

// sinceText says when the fault began, and how long before the audit that was.
func sinceText(f ExplainedFinding) string {
	audited := f.Report.Metadata.CreationTimestamp
	if f.Since == nil {
		return fmt.Sprintf("The API does not record when it began. It was there at %s, the time of this audit.", api.Time(audited.Time))
	}
	age := duration.HumanDuration(max(audited.Sub(f.Since.Time), 0))
	return fmt.Sprintf("%s, %s before this audit.", api.Time(f.Since.Time), age)
}

// fix writes the advice, and below it the command in one piece, so that it can be pasted.
func (e *explanation) fix(f api.Finding) {
	advice, command, found := strings.Cut(f.Fix, ": kubectl ")
	text := sentence(advice)
	switch inFile := f.Source != nil && advice != ""; {
	case inFile && found:
		text = fmt.Sprintf("In %s, %s. If it is already applied:", sourceText(f.Source), advice)
	case inFile:
		text = fmt.Sprintf("In %s, %s.", sourceText(f.Source), advice)
	case found:
		text += ":"
	case advice != "":
		text += "."
	}
	e.prose("WHAT TO DO NOW", text)
	if found {
		write(e.out, "\n")
		e.indented(plain("kubectl " + command))
	}
}

// sentence begins with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// related lists what the subject needs, and what else is wrong with it and them.
func (e *explanation) related(f ExplainedFinding) {
	names := make([]string, len(f.DependsOn))
	for i, o := range f.DependsOn {
		names[i] = objectName(o)
	}
	e.prose("THE SAME CAUSE EXPLAINS", strings.Join(f.Folded, ", "))
	e.prose("RELATED OBJECTS", strings.Join(names, ", "))
	if len(f.Others) == 0 {
		return
	}
	e.section("OTHER FINDINGS ON THESE OBJECTS")
	g := grid{width: e.width - explainIndent}
	for _, other := range f.Others {
		g.add([]cell{painted(e.severities[other.Severity], string(other.Severity)), plain(other.Check), plain(objectName(other.Object))}, note{text: plain(other.Message)})
	}
	e.grid(&g)
}
