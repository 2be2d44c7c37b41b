package main

import (
	"bytes"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newChecksCommand(streams genericiooptions.IOStreams) *cobra.Command {
	output := newOutputFlags()
	cmd := &cobra.Command{
		Use:                   "checks [options]",
		DisableFlagsInUseLine: true,
		Short:                 "List all checks",
		Long:                  templates.LongDesc(`List all checks of the catalogue, by category.`),
		Example: templates.Examples(`
			# List all checks
			kubectl prodcheck checks

			# List their names only
			kubectl prodcheck checks -o name`),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			printer, err := output.objectPrinter()
			if err != nil {
				return usageError{cmd.CommandPath(), err}
			}
			list := &printers.CheckList{TypeMeta: printers.CheckListType}
			for _, check := range checks.All() {
				list.Items = append(list.Items, printable(check))
			}
			var out bytes.Buffer
			if printer == nil {
				err = printers.Catalogue(&out, list.Items, output.forPeople(streams.Out))
			} else {
				err = printList(&out, list, printer, *output.kubectl.OutputFormat)
			}
			if err != nil {
				return err
			}
			_, err = out.WriteTo(streams.Out)
			return err
		},
	}
	output.addFlags(cmd)
	return cmd
}

// printList prints the names of the checks, or all of the list.
func printList(out *bytes.Buffer, list *printers.CheckList, printer kubeprinters.ResourcePrinter, format string) error {
	if format != "name" {
		return printer.PrintObj(list, out)
	}
	for i := range list.Items {
		if err := printer.PrintObj(&list.Items[i], out); err != nil {
			return err
		}
	}
	return nil
}
