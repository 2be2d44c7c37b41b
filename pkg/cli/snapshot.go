package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// SnapshotOptions contains the options of "snapshot".
type SnapshotOptions struct {
	scopeFlags scopeFlags
	reading    readingFlags
	selection  selectionFlags
	filename   string

	cluster *connection
	name    string

	scope   inventory.Scope
	context *kubeContext
	named   func(string) string
	genericiooptions.IOStreams
}

func newSnapshotCommand(p *program, cluster *connection) *cobra.Command {
	o := &SnapshotOptions{reading: newReadingFlags(), selection: newSelectionFlags(p), cluster: cluster, named: p.named, IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "snapshot FILENAME [-n NAMESPACE | -A] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Save what an audit reads, to audit it elsewhere or later",
		Long: templates.LongDesc(`
			Save everything that an audit reads to a file, one JSON object per line. An audit of the file finds what
			an audit of the cluster would have found at that time.

			The file contains names, labels, images, resources, statuses and events, but no values of environment
			variables. Passwords, tokens and the like in commands, arguments, probes, hooks, annotations, URLs and
			messages are replaced by ***. For ConfigMaps and, with --secrets, Secrets, it contains only names, keys
			and modification times; for logs, only whether they are empty.`),
		Example: templates.Examples(`
			# Save a namespace and audit the file
			kubectl prodcheck snapshot shop.jsonl -n shop
			kubectl prodcheck -f shop.jsonl

			# Save all namespaces, compressed
			kubectl prodcheck snapshot - -A | gzip > cluster.jsonl.gz`),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usageError{cmd.CommandPath(), errors.New("one FILENAME is required; '-' is standard output")}
			}
			return nil
		},
		ValidArgsFunction: completeFiles,
		RunE:              runE(o),
	}
	o.scopeFlags.addFlags(cmd, completeNamespaces(cluster.names))
	addClusterNameFlag(cmd, &o.name)
	o.reading.addFlags(cmd)
	o.selection.addFlags(cmd)
	o.selection.sampling.addFlags(cmd)
	return cmd
}

// Complete turns the flags into values.
func (o *SnapshotOptions) Complete(cmd *cobra.Command, args []string) error {
	o.filename = args[0]
	var err error
	if o.scope, err = o.scopeFlags.scope(); err != nil {
		return err
	}
	if o.context, err = o.cluster.one(); err != nil {
		return err
	}
	o.context.cluster = o.name
	return o.selection.complete(cmd)
}

// Validate refuses flags that make no sense.
func (o *SnapshotOptions) Validate() error {
	return cmp.Or(o.scopeFlags.validate(), o.reading.validate())
}

// Run saves the snapshot. A file with that name is always complete, because it
// gets its name at the end.
func (o *SnapshotOptions) Run(ctx context.Context) error {
	if o.filename == "-" {
		_, err := o.take(ctx, o.Out)
		return err
	}
	var inv *inventory.Inventory
	var taken error
	err := replaceFile(o.filename, 0o600, func(w io.Writer) error {
		inv, taken = o.take(ctx, w)
		return taken
	})
	switch {
	case taken != nil:
		return taken
	case err != nil:
		return ofFile(o.filename, err)
	}
	o.summarize(inv)
	return nil
}

// take reads the cluster and writes everything that it reads.
func (o *SnapshotOptions) take(ctx context.Context, out io.Writer) (*inventory.Inventory, error) {
	source, scope, err := o.context.in(o.scope, o.scopeFlags.allNamespaces)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewWriter(out)
	writer := files.NewSnapshotWriter(buffered)
	o.reading.bound(source)
	source.Record = writer.Record
	progress := startProgress(o.IOStreams, 1)
	progress.watch("", source)
	inv, err := o.reading.read(ctx, source, o.selection.request(scope))
	progress.stop()
	if err != nil {
		return nil, err
	}
	if err := writer.Close(inv); err != nil {
		return nil, err
	}
	return inv, buffered.Flush()
}

// summarize says what is in the file, what is not, and what to do with it.
func (o *SnapshotOptions) summarize(inv *inventory.Inventory) {
	objects := 0
	for _, read := range inv.Reads {
		objects += read.Items
		if read.State != inventory.Complete {
			fmt.Fprintf(o.ErrOut, "incomplete: %s: %s\n", read.Resource, read.Reason)
		}
	}
	fmt.Fprintf(o.ErrOut, "%s contains %d objects; audit it: %s -f %s\n", o.filename, objects, o.named("kubectl prodcheck"), o.filename)
}
