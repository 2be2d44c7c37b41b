package cli

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newExplainCommand(p *program) *cobra.Command {
	color := colorAuto
	format := ""
	cmd := &cobra.Command{
		Use:                   "explain CHECK... [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Explain a check: what it finds, why it matters, how to fix it",
		Long: templates.LongDesc(`
			Explain a check: what it finds, why it matters and how to fix it, with an example of the fault and one without it, and its limitations.`),
		Example: templates.Examples(`
			# Explain one check
			kubectl prodcheck explain container-oom-killed

			# Explain all checks of jobs
			kubectl prodcheck explain 'job-*'

			# Make a page for a runbook
			kubectl prodcheck explain job-runaway -o markdown`),
		ValidArgsFunction: completeArguments(p.catalog.ids),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{cmd.CommandPath(), errors.New(p.named("a check is required; 'kubectl prodcheck checks' lists them"))}
			}
			selected, err := audit.Select(p.catalog, audit.Selection{Checks: args})
			if err != nil {
				return usageError{cmd.CommandPath(), err}
			}
			o := printers.Options{Width: terminalWidth(p.Out), Color: color.allows(p.Out)}
			if format != "" && format != "markdown" {
				return usageError{cmd.CommandPath(), fmt.Errorf("unknown output format %q, must be markdown", format)}
			}
			var out bytes.Buffer
			for i, check := range selected {
				if i > 0 {
					out.WriteString("\n---\n\n")
				}
				write := func() error {
					return printers.Explain(&out, checkdoc.Of(p.catalog, check), checkdoc.Examples(check), o)
				}
				if format == "markdown" {
					write = func() error { return checkdoc.Page(&out, p.catalog, check) }
				}
				if err := write(); err != nil {
					return err
				}
			}
			_, err = out.WriteTo(p.Out)
			return err
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", format, "Output format. Empty for a terminal, or markdown")
	completeFlag(cmd, "output", completeWords([]string{"markdown"}))
	color.addFlag(cmd)
	return cmd
}
