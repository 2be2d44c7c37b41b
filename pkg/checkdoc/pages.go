package checkdoc

import (
	"bytes"
	"io"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// Page writes the page of a check in Markdown.
func Page(out io.Writer, catalog []*audit.Check, c *audit.Check) error {
	return printers.ExplainMarkdown(out, Of(catalog, c), Examples(c))
}

// Pages returns the pages of all checks, ID.md, and README.md, which lists them.
func Pages(catalog []*audit.Check) (map[string][]byte, error) {
	pages := map[string][]byte{}
	var all []api.CatalogCheck
	for _, c := range catalog {
		var page bytes.Buffer
		if err := Page(&page, catalog, c); err != nil {
			return nil, err
		}
		pages[c.ID+".md"] = page.Bytes()
		all = append(all, Of(catalog, c))
	}
	var index bytes.Buffer
	err := printers.IndexMarkdown(&index, all)
	pages["README.md"] = index.Bytes()
	return pages, err
}
