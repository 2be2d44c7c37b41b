package main

import (
	"cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// printable is a check as printers take it.
func printable(c *audit.Check) printers.Check {
	return printers.Check{
		TypeMeta: printers.CheckType, Metadata: printers.CheckMetadata{Name: c.ID},
		Title: c.Title, Category: c.Category, Severity: c.Severity, Worst: cmp.Or(c.Worst, c.Severity),
		Since: c.Since, Live: c.Live, OptIn: c.OptIn, Subjects: c.Judge.Subjects,
		Resources: resourceNames(c.Resources()), Required: resourceNames(c.Needs), ConfirmsOwners: c.ConfirmsOwners,
		What: c.Doc.What, Why: c.Doc.Why, Fix: c.Doc.Fix, Blind: c.Doc.Blind, References: c.Doc.References,
	}
}

func resourceNames(resources []inventory.Resource) []string {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = string(r)
	}
	return names
}
