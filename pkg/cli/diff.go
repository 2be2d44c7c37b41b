package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// DiffOptions contains the options of a comparison of two reports.
type DiffOptions struct {
	live   liveAudit
	output outputFlags
	failOn string

	earlier, later string
	severity       api.Severity
	genericiooptions.IOStreams
}

func newDiffCommand(p *program, c *connection) *cobra.Command {
	o := &DiffOptions{live: newLiveAudit(p, c), output: newOutputFlags(p), failOn: string(api.Info), IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "diff OLD [NEW] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Show what is new, gone, worse or better between two reports",
		Long: templates.LongDesc(`
			Show what is new, gone, worse or better between two reports, by workload, the worst first.

			OLD and NEW are reports (-o json or -o yaml), snapshots, or '-' for standard input. Snapshots are audited
			with the flags of this command. Without NEW, OLD is compared with the cluster, in the scope of OLD unless
			-n, -A or -l says otherwise.

			A finding that could not be judged in one of the two reports is unknown: neither new nor gone. -o wide lists
			such findings, and each workload whose score has changed. A renamed workload counts as the same.

			Exit status:

			 *  0   No finding is new or has become worse.
			 *  1   A finding is, and its severity is that of --fail-on or worse.
			 *  2   The comparison could not run.`),
		Example: templates.Examples(`
			# Compare two reports
			kubectl prodcheck diff yesterday.json today.json

			# Compare a report with the cluster
			kubectl prodcheck diff main.json

			# Exit with 1 only if something critical or high is new
			kubectl prodcheck diff main.json --fail-on high`),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usageError{cmd.CommandPath(), errors.New("one or two reports are required: OLD and NEW")}
			}
			return nil
		},
		ValidArgsFunction: completeFiles,
		RunE:              runE(o),
	}
	o.live.addFlags(cmd)
	addClusterNameFlag(cmd, &o.live.clusters.name)
	o.output.addFlags(cmd)
	o.output.addOutputFlag(cmd)
	cmd.Flags().StringVar(&o.failOn, "fail-on", o.failOn,
		"Exit with 1 if a finding of this severity or worse is new or has become worse. One of: (critical, high, medium, low, info)")
	completeFlag(cmd, "fail-on", completeSeverities)
	return cmd
}

// Complete turns the flags into values.
func (o *DiffOptions) Complete(cmd *cobra.Command, args []string) error {
	o.earlier = args[0]
	if len(args) == 2 {
		o.later = args[1]
	}
	var err error
	if o.severity, err = api.ParseSeverity(o.failOn); err != nil {
		return fmt.Errorf("--fail-on: %w", err)
	}
	if err := o.live.complete(cmd); err != nil || o.later != "" {
		return err
	}
	return o.live.open()
}

// Validate refuses flags that make no sense.
func (o *DiffOptions) Validate() error {
	if o.earlier == "-" && o.later == "-" {
		return errors.New("only one of OLD and NEW can be standard input")
	}
	return o.live.validate()
}

// Run compares and prints.
func (o *DiffOptions) Run(ctx context.Context) error {
	printer, err := o.output.printer()
	if err != nil {
		return err
	}
	earlier, err := o.read(ctx, o.earlier)
	if err != nil {
		return err
	}
	later, err := o.readLater(ctx, earlier[0])
	if err != nil {
		return err
	}
	before, err := oneReportOf(earlier, later.Metadata.Name)
	if err != nil {
		return ofFile(o.earlier, err)
	}
	d := compare.Of(before, later).Diff()
	var out bytes.Buffer
	if printer != nil {
		err = printer.PrintObj(d, &out)
	} else {
		err = printers.Diff(&out, d, o.output.forPeople(o.Out))
	}
	if err != nil {
		return err
	}
	if _, err := out.WriteTo(o.Out); err != nil && !isClosedPipe(err) {
		return err
	}
	if worse := compare.Worsened(d.Counts, o.severity); worse != "" {
		return demandError{statusUnmet, worse}
	}
	return nil
}

// readLater returns the later report: that of the file or of the cluster.
func (o *DiffOptions) readLater(ctx context.Context, earlier *api.Report) (*api.Report, error) {
	if o.later == "" {
		if err := o.inScopeOf(earlier); err != nil {
			return nil, err
		}
		return o.live.runOne(ctx, o.IOStreams)
	}
	later, err := o.read(ctx, o.later)
	if err != nil {
		return nil, err
	}
	if len(later) > 1 {
		return nil, ofFile(o.later, fmt.Errorf("it contains %d reports, must be one", len(later)))
	}
	return later[0], nil
}

// read returns the reports in a file, or one of the snapshot that it is.
func (o *DiffOptions) read(ctx context.Context, name string) ([]*api.Report, error) {
	reports, in, err := reportsIn(name, o.In)
	if !errors.Is(err, errNoReport) {
		return reports, err
	}
	source := &files.Source{Filenames: []string{name}, Stdin: in}
	inv, err := o.live.reading.read(ctx, source, o.live.judging.request(o.live.scope))
	if err != nil {
		return nil, err
	}
	inv.Name = cmp.Or(o.live.clusters.name, inv.Name)
	return []*api.Report{o.live.judging.judge(inv)}, nil
}

// inScopeOf audits the scope of a report, unless flags say otherwise.
func (o *DiffOptions) inScopeOf(r *api.Report) error {
	flags := &o.live.scopeFlags
	if flags.allNamespaces || len(flags.namespaces) > 0 || flags.selector != "" {
		return nil
	}
	scope := &o.live.scope
	flags.allNamespaces, scope.Namespaces = r.Scope.AllNamespaces, r.Scope.Namespaces
	if r.Scope.LeftOut != nil && len(flags.exclude) == 0 {
		scope.Exclude = r.Scope.LeftOut.Patterns
	}
	// A file may contain anything.
	objects, err := parseObjects(r.Scope.Objects)
	err = cmp.Or(err, validateNamespaces(scope.Namespaces))
	if r.Scope.Selector != "" && err == nil {
		scope.Selector, err = labels.Parse(r.Scope.Selector)
	}
	if err = cmp.Or(err, o.live.name(objects)); err != nil {
		return ofFile(o.earlier, fmt.Errorf("its scope: %w", err))
	}
	return nil
}
