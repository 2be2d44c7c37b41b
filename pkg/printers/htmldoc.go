package printers

import (
	_ "embed"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// documentation returns a check of the catalog, or one without documentation if
// the catalog does not contain it.
func documentation(catalog map[string]api.CatalogCheck, id string) api.CatalogCheck {
	if c, found := catalog[id]; found {
		return c
	}
	return api.CatalogCheck{Metadata: api.CatalogMetadata{Name: id}, Title: id}
}

// htmlProse is a text from the documentation of a check.
type htmlProse struct {
	Title      string
	Paragraphs []string
}

func newHTMLProse(title, text string) htmlProse {
	p := htmlProse{Title: title}
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if words := strings.Join(strings.Fields(paragraph), " "); words != "" {
			p.Paragraphs = append(p.Paragraphs, words)
		}
	}
	return p
}
