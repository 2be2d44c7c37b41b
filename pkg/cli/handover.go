package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// handOver is a directory through which the pods of a Job hand over their reports.
type handOver struct {
	dir string
	of  int
}

func (h handOver) file(index int) string { return filepath.Join(h.dir, fmt.Sprintf("%d.json", index)) }

// put writes the report of a shard. A file that is there has all of it.
func (h handOver) put(r *api.Report) error {
	if err := os.MkdirAll(h.dir, 0o755); err != nil {
		return ofFile(h.dir, err)
	}
	name := h.file(r.Shard.Index)
	return replaceFile(name, 0o644, func(w io.Writer) error { return printJSON(w, r) })
}

func printJSON(w io.Writer, r *api.Report) error {
	printer, err := genericclioptions.NewPrintFlags("").WithDefaultOutput("json").ToPrinter()
	if err != nil {
		return err
	}
	return printers.JSON{ResourcePrinter: printer}.PrintObj(r, w)
}

// lookAgain is the time between two looks for the reports of other pods.
const lookAgain = time.Second

// await waits until the reports of all shards are there, and returns their names. The deadline
// of the Job bounds it.
func (h handOver) await(ctx context.Context) ([]string, error) {
	var names []string
	for i := range h.of {
		name := h.file(i + 1)
		for {
			_, err := os.Stat(name)
			if err == nil {
				break
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return nil, ofFile(name, err)
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(lookAgain):
			}
		}
		names = append(names, name)
	}
	return names, nil
}

// clear removes the reports, which have been merged.
func (h handOver) clear() error { return os.RemoveAll(h.dir) }

// handOver hands over the report of a shard. The first shard makes one of all.
func (o *AuditOptions) handOver(ctx context.Context) error {
	started, shards := time.Now(), handOver{o.shard.handOver, o.shard.shard.Of}
	part, err := o.auditOne(ctx)
	if err != nil {
		return err
	}
	if err := shards.put(part); err != nil {
		return err
	}
	if o.shard.shard.Index > 1 {
		fmt.Fprintf(o.ErrOut, "shard %s is audited; its report is %s\n", part.Shard, shards.file(o.shard.shard.Index))
		return nil
	}
	names, err := shards.await(ctx)
	if err != nil {
		return err
	}
	merged, err := o.merger.handedOver(names)
	if err != nil {
		return err
	}
	if err := conclude(ctx, oneReport(merged, time.Since(started), o.earlier.marker(o.ErrOut)), &o.output, &o.push, &o.earlier, o.IOStreams); err != nil {
		return err
	}
	return shards.clear()
}
