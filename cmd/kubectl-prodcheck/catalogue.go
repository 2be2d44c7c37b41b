package main

import (
	"cmp"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// printable is a check as printers take it.
func printable(c *audit.Check) printers.Check {
	return printers.Check{
		TypeMeta: printers.CheckType, Metadata: printers.CheckMetadata{Name: c.ID},
		Title: c.Title, Category: c.Category, Severity: c.Severity, Worst: cmp.Or(c.Worst, c.Severity),
		Since: c.Since, Live: c.Live, Profile: string(c.Profile()), SamplingFlag: string(c.Samples), SamplingRight: c.Samples.Right(), Options: optionsOf(c), Subjects: c.Judge.Subjects,
		Resources: resourceNames(c.Resources()), Required: resourceNames(slices.Concat(c.Needs, c.AbsentFrom)), ConfirmsOwners: c.ConfirmsOwners,
		What: c.Doc.What, Why: c.Doc.Why, Fix: c.Doc.Fix, Blind: c.Doc.Blind, References: c.Doc.References,
	}
}

func optionsOf(c *audit.Check) []printers.CheckOption {
	var options []printers.CheckOption
	for _, o := range c.Options {
		options = append(options, printers.CheckOption{Name: o.Name(), Default: o.Default(), Usage: o.Usage()})
	}
	return options
}

func resourceNames(resources []inventory.Resource) []string {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = string(r)
	}
	return names
}
