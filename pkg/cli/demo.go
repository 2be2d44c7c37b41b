package cli

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// demoSnapshot is a cluster in which much goes wrong.
//
//go:embed demo.jsonl
var demoSnapshot []byte

// DemoOptions contains the options of "demo".
type DemoOptions struct {
	judging judgingFlags
	output  reportFlags
	genericiooptions.IOStreams
}

func newDemoCommand(p *program) *cobra.Command {
	o := &DemoOptions{judging: newJudgingFlags(p), output: newReportFlags(p), IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "demo [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Audit an example, without a cluster",
		Long: templates.LongDesc(`
			Audit a snapshot that comes with the program: see what a report looks like, without a cluster.`),
		Example: templates.Examples(`
			# See a report
			kubectl prodcheck demo

			# See the output for programs
			kubectl prodcheck demo -o json`),
		Args: noArguments,
		RunE: runE(o),
	}
	o.judging.addFlags(cmd)
	o.judging.asOf.addFlag(cmd)
	o.output.addFlags(cmd)
	addGateFlags(cmd)
	return cmd
}

// Complete turns the flags into values. It ignores the files that a configuration
// names, because they are for reports of the team's own clusters.
func (o *DemoOptions) Complete(cmd *cobra.Command, _ []string) error {
	return cmp.Or(o.judging.complete(cmd), o.output.complete(&config.File{}))
}

// Validate refuses flags that make no sense.
func (o *DemoOptions) Validate() error { return o.judging.validate() }

// Run audits the demo.
func (o *DemoOptions) Run(ctx context.Context) error {
	started := time.Now()
	source := &files.Source{Filenames: []string{"-"}, Stdin: bytes.NewReader(demoSnapshot)}
	scope := inventory.Scope{Exclude: o.judging.settings.Exclude()}
	inv, err := source.Read(ctx, o.judging.request(scope))
	if err != nil {
		return err
	}
	inv.Name = "demo"
	fmt.Fprintln(o.ErrOut, "This is a demo: a saved example, not your cluster.")
	found := oneReport(o.judging.judge(inv), time.Since(started))
	return o.output.print(found, o.IOStreams).before(found.demand(), o.ErrOut)
}
