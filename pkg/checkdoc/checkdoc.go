// Package checkdoc renders the documentation of checks: the text of explain, and
// pages in Markdown. Everything comes from the checks themselves.
package checkdoc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// Of describes a check of a catalog for printers.
func Of(catalog []*audit.Check, c *audit.Check) api.CatalogCheck {
	return api.CatalogCheck{
		TypeMeta: api.CatalogCheckType, Metadata: api.CatalogMetadata{Name: c.ID},
		Title: c.Title, Category: c.Category.Name, Severity: c.Severity, Worst: cmp.Or(c.Worst, c.Severity),
		Since: c.Since, Live: c.Live, Profile: string(c.LeastProfile()),
		SamplingFlag: string(c.Reads.Samples), SamplingRight: c.Reads.Samples.Right(), Options: optionsOf(catalog, c), Subjects: c.Judge.Subjects(),
		Resources: resourceNames(c.Resources()), Required: resourceNames(slices.Concat(c.Reads.Needs, c.Reads.AbsentFrom)), ConfirmsOwners: c.Reads.Owners,
		What: c.Doc.What, Why: c.Doc.Why, Fix: c.Doc.Fix, Limitations: c.Doc.Limitations, References: c.Doc.References,
	}
}

func optionsOf(catalog []*audit.Check, c *audit.Check) []api.CatalogOption {
	var options []api.CatalogOption
	for _, o := range c.Options {
		usage := o.Usage()
		if others := sharedWith(catalog, c, o); len(others) > 0 {
			usage += "; the same option as that of " + strings.Join(others, " and ")
		}
		options = append(options, api.CatalogOption{Name: o.Name(), Default: o.Default(), Usage: usage})
	}
	return options
}

// sharedWith returns the other checks that share an option.
func sharedWith(catalog []*audit.Check, c *audit.Check, o audit.Option) []string {
	var others []string
	for _, other := range catalog {
		if other.ID != c.ID && slices.Contains(other.Options, o) {
			others = append(others, other.ID)
		}
	}
	return others
}

func resourceNames(resources []inventory.Resource) []string {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = string(r)
	}
	return names
}

// Examples returns fixtures of the check. Its test runs them, so they are always
// right.
func Examples(c *audit.Check) printers.Examples {
	var examples printers.Examples
	examples.Bad, _ = c.Example("bad")
	examples.Good, _ = c.Example("good")
	return examples
}
