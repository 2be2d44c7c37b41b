package checkdoc

import (
	"bytes"
	"io"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// Page writes the page of a check in Markdown.
func Page(out io.Writer, catalogue []*audit.Check, c *audit.Check) error {
	return printers.ExplainMarkdown(out, Of(catalogue, c), Examples(c))
}

// Pages returns the pages of all checks, ID.md, and README.md, which lists them.
func Pages(catalogue []*audit.Check) (map[string][]byte, error) {
	pages := map[string][]byte{}
	var all []printers.Check
	for _, c := range catalogue {
		var page bytes.Buffer
		if err := Page(&page, catalogue, c); err != nil {
			return nil, err
		}
		pages[c.ID+".md"] = page.Bytes()
		all = append(all, Of(catalogue, c))
	}
	var index bytes.Buffer
	err := printers.IndexMarkdown(&index, all)
	pages["README.md"] = index.Bytes()
	return pages, err
}
