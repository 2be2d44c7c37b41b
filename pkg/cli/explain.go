package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newExplainCommand(p *program, c *connection) *cobra.Command {
	color := colorAuto
	format := ""
	finding := newFindingOptions(p, c, &color)
	cmd := &cobra.Command{
		Use:                   "explain CHECK... | CHECK TYPE/NAME | FINGERPRINT [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Explain a check, or a finding in a cluster",
		Long: templates.LongDesc(`
			Explain a check: what it finds, why it matters, how to fix it, and its limitations, with a bad and a good example.

			With CHECK TYPE/NAME, or the fingerprint of a finding, it audits the cluster or files, and explains that
			finding: the evidence, since when it is open, why it matters, what to do now and what fixes it for good,
			related objects and their other findings. The flags for clusters and files apply only to this form.`),
		Example: templates.Examples(`
			# Explain one check
			kubectl prodcheck explain container-oom-killed

			# Explain why a workload is killed
			kubectl prodcheck explain container-oom-killed deploy/cart -n shop

			# Explain a finding by its fingerprint in a JSON report
			kubectl prodcheck explain ce98459a7b2288e1 -n shop

			# Explain all checks of Jobs
			kubectl prodcheck explain 'job-*'

			# Write a page for a runbook
			kubectl prodcheck explain job-runaway -o markdown`),
		ValidArgsFunction: completeExplain(p.catalog, finding.live.names),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asksAboutFinding(args) {
				if format != "" {
					return usageError{cmd.CommandPath(), errors.New("--output cannot be used with a finding")}
				}
				return runE(finding)(cmd, args)
			}
			if len(args) == 0 {
				return usageError{cmd.CommandPath(), errors.New(p.named("a check is required; 'kubectl prodcheck checks' lists them"))}
			}
			if _, isType := kinds.Typed(strings.Split(args[0], "/")[0]); isType {
				return usageError{cmd.CommandPath(), errors.New(p.named(
					fmt.Sprintf("a check is required before %[1]s; 'kubectl prodcheck %[1]s' lists its findings", args[0])))}
			}
			if len(args) == 1 && almostFingerprint.MatchString(args[0]) {
				return usageError{cmd.CommandPath(), fmt.Errorf("%q is neither a check nor a fingerprint, which has 16 digits from 0 to f", args[0])}
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
	cmd.Flags().StringVarP(&format, "output", "o", format, "Output format. One of: (markdown). The default is text for a terminal")
	completeFlag(cmd, "output", completeWords([]string{"markdown"}))
	color.addFlag(cmd)
	finding.addFlags(cmd)
	return cmd
}
