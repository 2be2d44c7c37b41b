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
	judging    judgingFlags
	scopeFlags scopeFlags
	output     reportFlags

	scope inventory.Scope
	genericiooptions.IOStreams
}

func newDemoCommand(p *program) *cobra.Command {
	o := &DemoOptions{judging: newJudgingFlags(p), output: newReportFlags(p), IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "demo [TYPE/NAME...] [-n NAMESPACE | -A] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Audit an example, without a cluster",
		Long: templates.LongDesc(`
			Audit a snapshot that comes with the program: see what a report looks like, without a cluster.`),
		Example: templates.Examples(`
			# See a report
			kubectl prodcheck demo

			# See everything about one workload
			kubectl prodcheck demo deploy/cart -n shop

			# See the output for programs
			kubectl prodcheck demo -o json`),
		ValidArgsFunction: completeObjects(demoNames),
		RunE:              runE(o),
	}
	o.scopeFlags.addFlags(cmd, completeNamespaces(demoNames))
	o.judging.addFlags(cmd)
	o.judging.asOf.addFlag(cmd)
	o.output.addFlags(cmd)
	addGateFlags(cmd)
	return cmd
}

// Complete turns the flags into values. It ignores the files that a configuration
// names, because they are for reports of the team's own clusters.
func (o *DemoOptions) Complete(cmd *cobra.Command, args []string) error {
	objects, err := parseObjects(args)
	if err != nil {
		return err
	}
	if o.scope, err = o.scopeFlags.scope(); err != nil {
		return err
	}
	if err := o.scopeFlags.narrow(&o.scope, objects); err != nil {
		return err
	}
	if err := o.judging.complete(cmd); err != nil {
		return err
	}
	o.scope.Exclude = append(o.judging.settings.Exclude(), o.scope.Exclude...)
	return o.output.complete(&config.File{})
}

// Validate refuses flags that make no sense.
func (o *DemoOptions) Validate() error {
	return cmp.Or(o.scopeFlags.validate(), o.judging.validate())
}

// Run audits the demo.
func (o *DemoOptions) Run(ctx context.Context) error {
	started := time.Now()
	inv, err := demoSource().Read(ctx, o.judging.request(o.scope))
	switch {
	case err != nil:
		return err
	case len(inv.Missing) > 0:
		return notFound(inv)
	}
	inv.Name = "demo"
	fmt.Fprintln(o.ErrOut, "This is a demo: a saved example, not your cluster.")
	found := oneReport(o.judging.judge(inv), time.Since(started), unmarked)
	return o.output.print(found, o.IOStreams).before(found.demand(), o.ErrOut)
}

func demoSource() *files.Source {
	return &files.Source{Filenames: []string{"-"}, StdinName: "demo", Stdin: bytes.NewReader(demoSnapshot)}
}

func demoNames(cmd *cobra.Command, r inventory.Resource) []cobra.Completion {
	return demoSource().Names(cmd.Context(), r, typedScope(cmd).Only())
}
