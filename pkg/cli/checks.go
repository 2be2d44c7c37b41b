package cli

import (
	"bytes"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newChecksCommand(p *program) *cobra.Command {
	output := newOutputFlags(p)
	cmd := &cobra.Command{
		Use:                   "checks [options]",
		DisableFlagsInUseLine: true,
		Short:                 "List all checks",
		Long:                  templates.LongDesc(`List all checks of the catalog, by category.`),
		Example: templates.Examples(`
			# List all checks
			kubectl prodcheck checks

			# List their names only
			kubectl prodcheck checks -o name`),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			printer, err := output.printer()
			if err != nil {
				return usageError{cmd.CommandPath(), err}
			}
			list := &api.CatalogList{TypeMeta: api.CatalogListType}
			for _, check := range p.catalog {
				list.Items = append(list.Items, checkdoc.Of(p.catalog, check))
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
	return cmd
}
