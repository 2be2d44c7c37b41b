package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// source provides an inventory.
type source interface {
	Read(context.Context, inventory.Request) (*inventory.Inventory, error)
}

// readingFlags control how a cluster is read.
type readingFlags struct {
	chunkSize int64
	timeout   time.Duration
	events    eventsFlag

	// end limits the time for all clusters. It is zero without such a limit.
	end time.Time
}

func newReadingFlags() readingFlags {
	return readingFlags{chunkSize: live.DefaultChunkSize, timeout: 5 * time.Minute, events: eventsAuto}
}

func (f *readingFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Int64Var(&f.chunkSize, "chunk-size", f.chunkSize,
		"Return large lists in chunks rather than all at once. Pass 0 to disable")
	flags.DurationVar(&f.timeout, "timeout", f.timeout,
		"The length of time after which reading stops; the audit uses what was read by then. Zero means no limit")
	f.events.addFlag(cmd)
}

func (f *readingFlags) validate() error {
	if f.chunkSize < 0 {
		return fmt.Errorf("--chunk-size must not be negative: %d", f.chunkSize)
	}
	if f.timeout < 0 {
		return fmt.Errorf("--timeout must not be negative: %s", f.timeout)
	}
	return nil
}

// bound sets the limits of a source from the flags.
func (f *readingFlags) bound(source *live.Source) {
	source.ChunkSize, source.EventBudget = f.chunkSize, f.events.budget()
}

// read reads a source within the time limit.
func (f *readingFlags) read(ctx context.Context, from source, req inventory.Request) (*inventory.Inventory, error) {
	return f.within(ctx, req, from.Read)
}

// report reads a cluster within the time limit, and judges namespaces while others are
// read.
func (f *readingFlags) report(ctx context.Context, cluster *live.Source, req inventory.Request, judging *judgingFlags) (*api.Report, error) {
	var running *audit.Audit
	begun := func(inv *inventory.Inventory) *audit.Audit {
		if running == nil {
			running = judging.begin(inv)
		}
		return running
	}
	rest, err := f.within(ctx, req, func(ctx context.Context, req inventory.Request) (*inventory.Inventory, error) {
		inv, err := cluster.ReadInPortions(ctx, req, func(inv *inventory.Inventory) { begun(inv).Judge(inv) })
		if errors.Is(err, live.ErrOutOfOrder) {
			running = nil
			return cluster.Read(ctx, req)
		}
		return inv, err
	})
	if err != nil {
		return nil, err
	}
	return begun(rest).Conclude(rest), nil
}

// within calls a function that reads within the time limit.
func (f *readingFlags) within(
	ctx context.Context, req inventory.Request, read func(context.Context, inventory.Request) (*inventory.Inventory, error),
) (*inventory.Inventory, error) {
	reading, cancel := f.limited(ctx, req.Observe)
	defer cancel()
	req.Resources = f.events.of(req.Resources)
	inv, err := read(reading, req)
	switch {
	case err == nil && inv.Observation != nil:
		// An interrupt ends the observation only.
		return inv, nil
	case err == nil && ctx.Err() == nil && len(inv.Missing) > 0:
		return nil, notFound(inv)
	}
	return inv, f.explain(ctx, reading, err)
}

// reach waits for the first answer of a cluster within the time limit. A program that
// logs in may ignore the limit: it is left behind.
func (f *readingFlags) reach(ctx context.Context, cluster *live.Source) error {
	reaching, cancel := f.limited(ctx, 0)
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- cluster.Reach(reaching) }()
	select {
	case err := <-answered:
		return f.explain(ctx, reaching, err)
	case <-reaching.Done():
		return f.explain(ctx, reaching, reaching.Err())
	}
}

// await waits for a turn until the time for all clusters is over.
func (f *readingFlags) await(ctx context.Context, turns chan<- struct{}) error {
	waiting, cancel := f.untilEnd(ctx)
	defer cancel()
	select {
	case turns <- struct{}{}:
		return nil
	case <-waiting.Done():
		return f.explain(ctx, waiting, waiting.Err())
	}
}

// limited returns a context that ends with the time limit.
func (f *readingFlags) limited(ctx context.Context, more time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := f.untilEnd(ctx)
	if f.timeout == 0 {
		return ctx, cancel
	}
	limited, cancelLimit := context.WithTimeout(ctx, f.timeout+more)
	return limited, func() { cancelLimit(); cancel() }
}

func (f *readingFlags) untilEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	if f.end.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, f.end, errTotalTimeout)
}

// errTotalTimeout ends what is read of all clusters.
var errTotalTimeout = errors.New("there was no time left (see --total-timeout)")

// explain names the limit that ended reading, in place of its effect.
func (f *readingFlags) explain(ctx, limited context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		return nil
	case errors.Is(context.Cause(limited), errTotalTimeout):
		return errTotalTimeout
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		return fmt.Errorf("nothing could be read within %s (see --timeout): %w", f.timeout, context.DeadlineExceeded)
	}
	return err
}
