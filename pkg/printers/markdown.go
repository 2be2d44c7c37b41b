package printers

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// ExplainMarkdown writes the content of Explain as a page of documentation.
func ExplainMarkdown(w io.Writer, c api.CatalogCheck, examples Examples) error {
	p := page{&bytes.Buffer{}}
	p.line("# " + markdown(c.Title))
	p.line("Check `" + c.Metadata.Name + "`.")
	p.table([]string{"severity", "category", "judges", "looks at", "runs", "since"},
		[]string{severityText(c), c.Category, c.Subjects, looksAtText(c), runsText(c), c.Since})
	p.prose("What it checks", c.What)
	p.prose("Why it matters", c.Why)
	p.prose("How to fix it", c.Fix)
	p.prose("Limitations", c.Limitations)
	p.options(c)
	p.prose("What it reads", readsText(c))
	p.example("Bad example", examples.Bad)
	p.example("Good example", examples.Good)
	p.references(c.References)
	_, err := p.WriteTo(w)
	return err
}

// IndexMarkdown writes the index of the pages of all checks, by category.
func IndexMarkdown(w io.Writer, checks []api.CatalogCheck) error {
	p := page{&bytes.Buffer{}}
	p.line("# Checks")
	p.line("A live check judges what happens: status, events, endpoints, time. The others judge specs. The profile is the " +
		"least strict one that runs the check; an opt-in check runs only with its own flag.")
	category := ""
	for _, c := range checks {
		if c.Category != category {
			category = c.Category
			p.line("## " + category)
			p.line("| check | severity | live | profile | finds |")
			p.WriteString("|---|---|---|---|---|\n")
		}
		live, profile := "", c.Profile
		if c.Live {
			live = "live"
		}
		if profile == "" {
			profile = "opt-in"
		}
		p.row("["+c.Metadata.Name+"]("+c.Metadata.Name+".md)", severityText(c), live, profile, markdown(c.Title))
	}
	_, err := p.WriteTo(w)
	return err
}

// page writes Markdown with an empty line before each part except the first.
type page struct{ *bytes.Buffer }

func (p page) line(text string) {
	if p.Len() > 0 {
		p.WriteString("\n")
	}
	p.WriteString(text + "\n")
}

func (p page) row(cells ...string) { p.WriteString("| " + strings.Join(cells, " | ") + " |\n") }

func (p page) table(header, cells []string) {
	p.line("| " + strings.Join(header, " | ") + " |")
	p.WriteString(strings.Repeat("|---", len(header)) + "|\n")
	p.row(cells...)
}

func (p page) prose(title, text string) {
	if text == "" {
		return
	}
	p.line("## " + title)
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		p.line(markdown(strings.Join(strings.Fields(paragraph), " ")))
	}
}

func (p page) options(c api.CatalogCheck) {
	if len(c.Options) == 0 {
		return
	}
	p.line("## Options")
	p.line("| set with `--set` | default | meaning |")
	p.WriteString("|---|---|---|\n")
	for _, o := range c.Options {
		p.row(fmt.Sprintf("`%s.%s`", c.Metadata.Name, o.Name), "`"+o.Default+"`", markdown(o.Usage))
	}
}

func (p page) example(title, yaml string) {
	if yaml != "" {
		p.line("## " + title)
		p.line("```yaml\n" + strings.TrimRight(yaml, "\n") + "\n```")
	}
}

func (p page) references(pages []string) {
	if len(pages) == 0 {
		return
	}
	p.line("## References\n")
	for _, reference := range pages {
		p.WriteString("- <" + reference + ">\n")
	}
}

// markdown escapes characters that have a meaning in Markdown.
func markdown(text string) string { return markdownSpecial.Replace(text) }

var markdownSpecial = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "|", `\|`, "`", "\\`", "[", `\[`)
