package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// catalogue are the checks that there are.
type catalogue []*audit.Check

// printable is a check as printers take it.
func (all catalogue) printable(c *audit.Check) printers.Check {
	return printers.Check{
		TypeMeta: printers.CheckType, Metadata: printers.CheckMetadata{Name: c.ID},
		Title: c.Title, Category: c.Category.Name, Severity: c.Severity, Worst: cmp.Or(c.Worst, c.Severity),
		Since: c.Since, Live: c.Live, Profile: string(c.Profile()), SamplingFlag: string(c.Samples), SamplingRight: c.Samples.Right(), Options: all.optionsOf(c), Subjects: c.Judge.Subjects,
		Resources: resourceNames(c.Resources()), Required: resourceNames(slices.Concat(c.Needs, c.AbsentFrom)), ConfirmsOwners: c.ConfirmsOwners,
		What: c.Doc.What, Why: c.Doc.Why, Fix: c.Doc.Fix, Blind: c.Doc.Blind, References: c.Doc.References,
	}
}

func (all catalogue) optionsOf(c *audit.Check) []printers.CheckOption {
	var options []printers.CheckOption
	for _, o := range c.Options {
		usage := o.Usage()
		if others := all.sharedWith(c, o); len(others) > 0 {
			usage += "; the same option as that of " + strings.Join(others, " and ")
		}
		options = append(options, printers.CheckOption{Name: o.Name(), Default: o.Default(), Usage: usage})
	}
	return options
}

// sharedWith are the other checks that declare an option.
func (all catalogue) sharedWith(c *audit.Check, o audit.Option) []string {
	var others []string
	for _, other := range all {
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
