package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
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

			The gate (--fail-on, --min-score, --require-complete, --fail-on-new), --baseline and --history apply to
			the merged report. The exit statuses are those of an audit.`),
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
