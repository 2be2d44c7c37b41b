package main

import (
	"bytes"
	"errors"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newExplainCommand(streams genericiooptions.IOStreams) *cobra.Command {
	color := colorAuto
	cmd := &cobra.Command{
		Use:                   "explain CHECK... [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Explain a check: what it finds, why it matters, how to fix it",
		Long: templates.LongDesc(`
			Explain a check: what it finds, why it matters and how to fix it, with an example of the fault and of its
			absence, and what the check does not see.`),
		Example: templates.Examples(`
			# Explain one check
			kubectl prodcheck explain container-oom-killed

			# Explain all checks of jobs
			kubectl prodcheck explain 'job-*'`),
		ValidArgsFunction: completeArguments(checkIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{cmd.CommandPath(), errors.New("a check is required; 'kubectl prodcheck checks' lists them")}
			}
			selected, err := audit.Select(checks.All(), audit.Selection{Checks: args})
			if err != nil {
				return usageError{cmd.CommandPath(), err}
			}
			o := printers.Options{Width: terminalWidth(streams.Out), Color: color.allows(streams.Out)}
			var out bytes.Buffer
			for i, check := range selected {
				if i > 0 {
					out.WriteString("\n---\n\n")
				}
				if err := printers.Explain(&out, printable(check), examplesOf(check), o); err != nil {
					return err
				}
			}
			_, err = out.WriteTo(streams.Out)
			return err
		},
	}
	color.addFlag(cmd)
	return cmd
}

// examplesOf are fixtures of the check's own test: they cannot be wrong.
func examplesOf(check *audit.Check) printers.Examples {
	var examples printers.Examples
	examples.Bad, _ = checks.Example(check.ID, "bad")
	examples.Good, _ = checks.Example(check.ID, "good")
	return examples
}
