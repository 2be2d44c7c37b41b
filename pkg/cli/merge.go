package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// MergeOptions are one merge of the reports of shards.
type MergeOptions struct {
	merger  merger
	names   []string
	output  reportFlags
	push    pushFlags
	earlier earlierFlags

	genericiooptions.IOStreams
}

func newMergeCommand(p *program) *cobra.Command {
	o := &MergeOptions{merger: newMerger(p), output: newReportFlags(p), IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "merge REPORT... [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Merge the reports of shards into one, and those of clusters into a list",
		Long: templates.LongDesc(`
			Merge the reports of all shards, in JSON or YAML, into the report that one audit of all namespaces would have made
			at the time of the oldest of them.

			Reports that do not belong together are refused: if a shard is missing or appears twice, if the reports differ in
			scope, profile, settings, checks or policy, or if they were made more than an hour apart. Only the version that
			made the reports can merge them.

			Reports of several clusters become a list, as in an audit of several contexts: one report for each cluster, merged
			from its shards if it has any. A cluster whose reports do not belong together is listed as failed.

			The gate (--fail-on, --min-score, --require-complete, --fail-on-new), --baseline and --history apply to the merged report. The exit statuses are those of an audit.`),
		Example: templates.Examples(`
			# Audit a large cluster in four parts, for example on four machines, and merge the reports
			kubectl prodcheck -A --shard 1/4 -o json > 1.json
			kubectl prodcheck -A --shard 2/4 -o json > 2.json
			kubectl prodcheck -A --shard 3/4 -o json > 3.json
			kubectl prodcheck -A --shard 4/4 -o json > 4.json
			kubectl prodcheck merge ?.json --fail-on=critical

			# Show the reports of many clusters in one table, the least ready first
			kubectl prodcheck merge reports/*.json`),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{cmd.CommandPath(), errors.New("at least one REPORT is required; '-' is standard input")}
			}
			return nil
		},
		ValidArgsFunction: completeFiles,
		RunE:              runE(o),
	}
	addConfigFlag(cmd)
	o.output.addFlags(cmd)
	o.push.addFlags(cmd)
	o.earlier.addFlags(cmd)
	addGateFlags(cmd)
	return cmd
}

// Complete makes values of the flags.
func (o *MergeOptions) Complete(cmd *cobra.Command, args []string) error {
	for _, name := range args {
		o.names = append(o.names, files.Match(name)...)
	}
	if err := o.merger.complete(cmd); err != nil {
		return err
	}
	if o.earlier.baseline == "-" && slices.Contains(args, "-") {
		return errors.New("only one of the reports and --baseline can be standard input")
	}
	return inOrder(
		func() error { return o.output.complete(o.merger.settings.File) },
		o.push.complete,
		func() error { return o.earlier.complete(&o.merger.settings, o.In) },
	)
}

// Validate refuses a gate that makes no sense.
func (o *MergeOptions) Validate() error { return validateGate(&o.merger.settings, o.merger.catalog) }

// Run merges. The findings are printed even if the gate fails.
func (o *MergeOptions) Run(ctx context.Context) error {
	found, err := o.merger.merge(o.names, o.In, &o.earlier, o.ErrOut)
	if err != nil {
		return err
	}
	return conclude(ctx, found, &o.output, &o.push, &o.earlier, o.IOStreams)
}

// merger makes the report of the whole.
type merger struct {
	catalog  catalog
	version  string
	settings settings.Settings
}

func newMerger(p *program) merger { return merger{catalog: p.catalog, version: p.version.Version} }

func (m *merger) complete(cmd *cobra.Command) error {
	file, err := readConfig(cmd, m.catalog)
	if err != nil {
		return configError{err}
	}
	m.settings, err = settings.Resolve(cmd.Flags(), os.Getenv, file, m.catalog)
	return err
}

// merge makes the report of one cluster, or a list of several, and compares with earlier
// reports.
func (m *merger) merge(names []string, in io.Reader, earlier *earlierFlags, errOut io.Writer) (result, error) {
	started := time.Now()
	parts, err := readParts(names, in)
	if err != nil {
		return result{}, err
	}
	defer parts.close()
	mark := earlier.marker(errOut)
	switch {
	case parts.several():
		return m.list(parts, earlier, mark)
	case len(parts.clusters) == 0:
		return result{}, errors.New("there is no report to merge")
	}
	merged, err := m.whole(parts.clusters[0])
	if err != nil {
		return result{}, err
	}
	if err := earlier.validateFor(leastOf(merged)); err != nil {
		return result{}, err
	}
	return oneReport(merged, time.Since(started), mark), nil
}

// leastOf returns the lowest severity that a report has.
func leastOf(r *api.Report) api.Severity {
	if r.Policy == nil {
		return ""
	}
	return r.Policy.MinSeverity
}

// handedOver makes the report of one cluster of files, and leaves no temporary file: it is
// for pods.
func (m *merger) handedOver(files []string) (*api.Report, error) {
	parts, err := readParts(files, nil)
	if err != nil {
		return nil, err
	}
	defer parts.close()
	if parts.several() {
		return nil, errors.New("the shards that were handed over are of several clusters")
	}
	return m.whole(parts.clusters[0])
}

// list merges one cluster after the other.
func (m *merger) list(parts *parts, earlier *earlierFlags, mark marker) (found result, err error) {
	kept, err := newShelf()
	if err != nil {
		return result{}, err
	}
	defer func() {
		if err != nil {
			kept.close()
		}
	}()
	found = result{Found: printers.Found{Several: true, Version: m.version, Failed: parts.failed}, shelf: kept}
	for _, c := range parts.clusters {
		started := time.Now()
		merged, err := m.ofMany(c)
		var mistake gateMistake
		if errors.As(err, &mistake) {
			return result{}, err
		}
		if err != nil {
			found.fail(c.name, err)
			continue
		}
		if err := earlier.validateFor(leastOf(merged)); err != nil {
			return result{}, err
		}
		one := mark.of(merged, time.Since(started))
		if one.Report, err = kept.put(merged); err != nil {
			return result{}, err
		}
		found.add(one)
	}
	return found, nil
}

// ofMany merges the shards of one of several clusters, or takes its only report.
func (m *merger) ofMany(c *clusterParts) (*api.Report, error) {
	i := slices.IndexFunc(c.parts, func(p part) bool { return !p.shard })
	switch {
	case i < 0:
		return m.whole(c)
	case len(c.parts) > 1:
		return nil, fmt.Errorf("%s and %s are both reports of this cluster", c.parts[0].file, c.parts[1].file)
	}
	r, err := c.parts[0].report()
	if err != nil {
		return nil, err
	}
	gate := m.settings.Gate()
	if err := ofGate(gate.Validate(leastOf(r))); err != nil {
		return nil, err
	}
	gate.Apply(r)
	return r, nil
}

// whole merges the shards of a cluster.
func (m *merger) whole(c *clusterParts) (*api.Report, error) {
	var shards []audit.ShardReport
	for _, p := range c.parts {
		r, err := p.report()
		if err != nil {
			return nil, err
		}
		shards = append(shards, audit.ShardReport{Name: p.file, Report: r})
	}
	merged, err := audit.Merge(shards, audit.Options{Catalog: m.catalog, ToolVersion: m.version, Gate: m.settings.Gate()})
	return merged, ofGate(err)
}

// gateMistake is a gate that makes no sense for a report, in terms of flags.
type gateMistake struct{ error }

func ofGate(err error) error {
	var mistake audit.GateError
	if !errors.As(err, &mistake) {
		return err
	}
	message, _ := gateMessage(mistake)
	return gateMistake{errors.New(message)}
}
