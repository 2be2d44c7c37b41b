package cli

import (
	"cmp"
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

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
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
		Short:                 "Make one report of the reports of all shards",
		Long: templates.LongDesc(`
			Make one report of the reports of all shards, in JSON or YAML. It is the report that one audit of all namespaces
			would have made at the time of the oldest of them.

			Reports that do not belong together are refused: a shard is missing or there twice, or the reports differ in their
			cluster, scope, profile, settings, checks or policy, or were made more than an hour apart. Only the version that
			made the reports can merge them.

			The gate (--fail-on, --min-score, --require-complete, --fail-on-new) applies to the whole, which is compared with
			a --baseline and kept in a --history as the report of an audit is. The exit status is that of an audit.`),
		Example: templates.Examples(`
			# Audit a large cluster in four parts, each for example on a machine of its own, and merge them
			kubectl prodcheck -A --shard 1/4 -o json > 1.json
			kubectl prodcheck -A --shard 2/4 -o json > 2.json
			kubectl prodcheck -A --shard 3/4 -o json > 3.json
			kubectl prodcheck -A --shard 4/4 -o json > 4.json
			kubectl prodcheck merge ?.json --fail-on=critical`),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{cmd.CommandPath(), errors.New("at least one REPORT is required; '-' is standard input")}
			}
			return nil
		},
		RunE: runE(o),
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
	o.names = args
	if err := o.merger.complete(cmd); err != nil {
		return err
	}
	if o.earlier.baseline == "-" && slices.Contains(args, "-") {
		return errors.New("only one of the reports and --baseline can be standard input")
	}
	return cmp.Or(o.output.complete(o.merger.settings.File), o.push.complete(), o.earlier.complete(&o.merger.settings, o.In))
}

// Validate refuses a gate that makes no sense.
func (o *MergeOptions) Validate() error { return validateGate(&o.merger.settings, o.merger.catalog) }

// Run merges. The findings are printed even if the gate fails.
func (o *MergeOptions) Run(ctx context.Context) error {
	started := time.Now()
	merged, err := o.merger.merge(o.names, o.In)
	if err != nil {
		return err
	}
	if merged.Policy != nil {
		if err := o.earlier.validateFor(merged.Policy.MinSeverity); err != nil {
			return err
		}
	}
	return conclude(ctx, oneReport(merged, time.Since(started)), &o.output, &o.push, &o.earlier, o.IOStreams)
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

func (m *merger) merge(names []string, in io.Reader) (*api.Report, error) {
	var shards []audit.ShardReport
	for _, name := range names {
		reports, err := readReports(name, in)
		if err != nil {
			return nil, err
		}
		for _, r := range reports {
			shards = append(shards, audit.ShardReport{Name: name, Report: r})
		}
	}
	if len(shards) == 0 {
		return nil, errors.New("there is no report to merge")
	}
	merged, err := audit.Merge(shards, audit.Options{Catalog: m.catalog, ToolVersion: m.version, Gate: m.settings.Gate()})
	var mistake audit.GateError
	if errors.As(err, &mistake) {
		message, _ := gateMessage(mistake)
		return nil, errors.New(message)
	}
	return merged, err
}

func readReports(name string, in io.Reader) ([]*api.Report, error) {
	var text []byte
	var err error
	if name == "-" {
		text, err = io.ReadAll(in)
	} else {
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, ofFile(name, err)
	}
	reports, err := api.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return reports, nil
}
