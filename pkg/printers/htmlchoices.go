package printers

import (
	"maps"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// htmlChoices are the choices of the filter.
type htmlChoices struct{ namespaces, categories, checks, changes htmlWords }

func (c *htmlChoices) add(findings []api.Finding, catalog map[string]api.CatalogCheck) {
	for i := range findings {
		f := &findings[i]
		c.namespaces.add(f.Object.CountedIn())
		c.categories.add(documentation(catalog, f.Check).Category)
		c.checks.add(f.Check)
		c.changes.add(string(f.Change))
	}
}

// Namespaces, Categories, Checks and Changes are sorted.
func (c htmlChoices) Namespaces() []string { return c.namespaces.sorted() }
func (c htmlChoices) Categories() []string { return c.categories.sorted() }
func (c htmlChoices) Checks() []string     { return c.checks.sorted() }
func (c htmlChoices) Changes() []string    { return c.changes.sorted() }

// htmlWords are different words, none of them empty.
type htmlWords map[string]bool

func (w *htmlWords) add(word string) {
	if *w == nil {
		*w = htmlWords{}
	}
	if word != "" {
		(*w)[word] = true
	}
}

func (w htmlWords) sorted() []string { return slices.Sorted(maps.Keys(w)) }
