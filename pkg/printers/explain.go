package printers

import (
	"bytes"
	"io"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Examples contains the YAML of a cluster in which a check finds something, and
// of one in which it does not.
type Examples struct{ Bad, Good string }

// explainWidth is the width without a terminal: prose is always wrapped.
const explainWidth = 80

// Explain writes everything about a check, in the style in which kubectl
// explains a field.
func Explain(w io.Writer, c api.CatalogCheck, examples Examples, o Options) error {
	if o.Width == 0 {
		o.Width = explainWidth
	}
	var out bytes.Buffer
	e := explanation{palette: newPalette(o.Color), width: o.Width, out: &out}
	e.facts(c)
	e.prose("WHAT IT CHECKS", c.What)
	e.prose("WHY IT MATTERS", c.Why)
	e.prose("HOW TO FIX IT", c.Fix)
	e.prose("LIMITATIONS", c.Limitations)
	e.options(c)
	e.prose("WHAT IT READS", readsText(c))
	e.list("REFERENCES", c.References)
	e.example("BAD EXAMPLE", examples.Bad)
	e.example("GOOD EXAMPLE", examples.Good)
	_, err := out.WriteTo(w)
	return err
}

type explanation struct {
	palette
	width int
	out   *bytes.Buffer
}

const explainIndent = 4

func (e *explanation) facts(c api.CatalogCheck) {
	g := grid{width: e.width}
	for _, fact := range []struct {
		label string
		value cell
	}{
		{"CHECK:", painted(e.heading, c.Metadata.Name)},
		{"FINDS:", plain(c.Title)},
		{"SEVERITY:", painted(e.severities[c.Severity], severityText(c))},
		{"CATEGORY:", plain(c.Category)},
		{"JUDGES:", plain(c.Subjects)},
		{"LOOKS AT:", plain(looksAtText(c))},
		{"RUNS:", plain(runsText(c))},
		{"SINCE:", plain(c.Since)},
	} {
		if fact.value.text != "" {
			g.add([]cell{plain(fact.label), fact.value})
		}
	}
	g.write(e.out)
}

func (e *explanation) section(title string) {
	write(e.out, "\n", painted(e.heading, title+":").String(), "\n")
}

// prose writes paragraphs with an empty line between them.
func (e *explanation) prose(title, text string) {
	if text == "" {
		return
	}
	e.section(title)
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			write(e.out, "\n")
		}
		for _, line := range plain(strings.Join(strings.Fields(paragraph), " ")).wrap(e.width - explainIndent) {
			e.indented(line)
		}
	}
}

// example writes YAML as it is, so that it can be copied.
func (e *explanation) example(title, yaml string) {
	if yaml == "" {
		return
	}
	e.section(title)
	for line := range strings.Lines(yaml) {
		e.indented(plain(strings.TrimSuffix(line, "\n")))
	}
}

// options writes each option as a user would set it.
func (e *explanation) options(c api.CatalogCheck) {
	if len(c.Options) == 0 {
		return
	}
	e.section("OPTIONS")
	for _, o := range c.Options {
		e.indented(plain("--set " + c.Metadata.Name + "." + o.Name + "=" + o.Default))
		for _, line := range plain(o.Usage).wrap(e.width - 2*explainIndent) {
			write(e.out, spaces(explainIndent))
			e.indented(line)
		}
	}
}

func (e *explanation) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	e.section(title)
	for _, item := range items {
		e.indented(plain(item))
	}
}

func (e *explanation) indented(line cell) {
	if line.text != "" {
		write(e.out, spaces(explainIndent), line.String())
	}
	write(e.out, "\n")
}

func severityText(c api.CatalogCheck) string {
	if c.Worst != c.Severity {
		return string(c.Severity) + ", up to " + string(c.Worst)
	}
	return string(c.Severity)
}

func looksAtText(c api.CatalogCheck) string {
	if c.Live {
		return "what happens: status, events, endpoints, time"
	}
	return "specs"
}

func runsText(c api.CatalogCheck) string {
	switch c.Profile {
	case "":
		return "only with " + flagOf(c)
	case "strict":
		return "with --profile strict"
	case "baseline":
		return "in every audit"
	}
	return "unless --profile is baseline"
}

func readsText(c api.CatalogCheck) string {
	text := "It lists " + strings.Join(c.Resources, ", ") + "."
	if c.ConfirmsOwners {
		text += " It gets owners that no list contains, and their pods, one by one."
	}
	if c.SamplingFlag != "" {
		text += " With --" + c.SamplingFlag + ", it samples " + c.SamplingRight + ", one by one."
	}
	if len(c.Required) > 0 {
		text += " Unless " + strings.Join(c.Required, ", ") + " can be read completely, its outcome is unknown."
	}
	return text
}
