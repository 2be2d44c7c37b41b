package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newChecksCommand(p *program) *cobra.Command {
	output := newOutputFlags(p)
	sortBy, orders := "", slices.Sorted(maps.Keys(catalogOrders))
	cmd := &cobra.Command{
		Use:                   "checks [options]",
		DisableFlagsInUseLine: true,
		Short:                 "List all checks",
		Long:                  templates.LongDesc(`List all checks of the catalog, by category.`),
		Example: templates.Examples(`
			# List all checks
			kubectl prodcheck checks

			# List only their IDs, sorted
			kubectl prodcheck checks -o name --sort-by check`),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			printer, err := output.printer()
			if err != nil {
				return usageError{cmd.CommandPath(), err}
			}
			compare, known := catalogOrders[sortBy]
			if sortBy != "" && !known {
				return usageError{cmd.CommandPath(), fmt.Errorf("--sort-by must be one of %s, not %q", strings.Join(orders, ", "), sortBy)}
			}
			list := &api.CatalogList{TypeMeta: api.CatalogListType}
			for _, check := range p.catalog {
				list.Items = append(list.Items, checkdoc.Of(p.catalog, check))
			}
			if known {
				slices.SortStableFunc(list.Items, compare)
			}
			var out bytes.Buffer
			if printer == nil {
				err = printers.Catalog(&out, list.Items, output.forPeople(p.Out))
			} else {
				err = printer.PrintObj(list, &out)
			}
			if err != nil {
				return err
			}
			_, err = out.WriteTo(p.Out)
			return err
		},
	}
	output.addOutputFlag(cmd)
	output.addFlags(cmd)
	cmd.Flags().StringVar(&sortBy, "sort-by", sortBy,
		fmt.Sprintf("Sort the checks by a column. One of: (%s). The default is the order of the catalog", strings.Join(orders, ", ")))
	completeFlag(cmd, "sort-by", completeWords(orders))
	return cmd
}

// catalogOrders are the orders of a list of checks, by the column that decides. Equal
// ones stay in the order of the catalog.
var catalogOrders = map[string]func(a, b api.CatalogCheck) int{
	"category": func(a, b api.CatalogCheck) int { return strings.Compare(a.Category, b.Category) },
	"check":    func(a, b api.CatalogCheck) int { return strings.Compare(a.Metadata.Name, b.Metadata.Name) },
	"severity": func(a, b api.CatalogCheck) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) },
}
