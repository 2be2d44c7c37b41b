package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
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
}

func newReadingFlags() readingFlags {
	return readingFlags{chunkSize: live.DefaultChunkSize, timeout: 5 * time.Minute, events: eventsAuto}
}

func (f *readingFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Int64Var(&f.chunkSize, "chunk-size", f.chunkSize,
		"Return large lists in chunks rather than all at once. Pass 0 to disable")
	flags.DurationVar(&f.timeout, "timeout", f.timeout,
		"The length of time after which reading stops; the audit uses what was read until then. Zero means no limit")
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
	reading, cancel := ctx, context.CancelFunc(func() {})
	if f.timeout > 0 {
		reading, cancel = context.WithTimeout(ctx, f.timeout+req.Observe)
	}
	defer cancel()
	req.Resources = f.events.of(req.Resources)
	inv, err := from.Read(reading, req)
	switch {
	case err == nil && inv.Observation != nil:
		// An interrupt ends the observation only.
		return inv, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && errors.Is(reading.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("nothing could be read within %s (see --timeout): %w", f.timeout, context.DeadlineExceeded)
	}
	if err == nil && len(inv.Missing) > 0 {
		return nil, notFound(inv)
	}
	return inv, err
}
