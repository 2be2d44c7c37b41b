package cli

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

const (
	// maxAudits limits how many clusters are read at once. Each needs memory for its
	// inventory until its report is made.
	maxAudits = 3
	// maxReached limits how many clusters are waited for at once, until they answer or
	// until it is their turn to be read. They need little memory, but some start a
	// program that logs in.
	maxReached = 32
)

// runAll makes the reports of several clusters. A finished report is on the shelf until
// all clusters are done: an interrupt leaves no half output, and a cluster that is slow
// or does not answer keeps no other report in memory.
func (a *liveAudit) runAll(ctx context.Context, streams genericiooptions.IOStreams, mark marker) (found result, err error) {
	progress := startProgress(streams, len(a.contexts))
	defer progress.stop()
	kept, err := newShelf()
	if err != nil {
		return result{}, err
	}
	defer func() {
		if err != nil {
			kept.close()
		}
	}()
	run := fleet{liveAudit: a, reading: a.reading, progress: progress, turns: make(chan struct{}, maxAudits), shelf: kept, mark: mark}
	run.reading.end = a.clusters.end()
	audits, failures := make([]audited, len(a.contexts)), make([]error, len(a.contexts))
	var group errgroup.Group
	group.SetLimit(maxReached)
	for i, c := range a.contexts {
		group.Go(func() error {
			audits[i], failures[i] = run.audit(ctx, c)
			progress.finish(c.name)
			if a.observe > 0 && failures[i] == nil {
				// It may have ended the observation early, which is not a failure.
				return nil
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return result{}, err
	}
	found = result{Found: printers.Found{Several: true, Version: a.judging.version}, shelf: kept}
	for i, c := range a.contexts {
		if failures[i] != nil {
			found.fail(c.name, failures[i])
			continue
		}
		found.add(audits[i])
	}
	return found, nil
}

// fleet is one run of audits of several clusters.
type fleet struct {
	*liveAudit
	reading  readingFlags
	progress progress
	// turns has a place for each cluster that is read.
	turns chan struct{}
	shelf *shelf
	mark  marker
	// marking keeps reports from being marked at the same time.
	marking sync.Mutex
}

// audit waits until the cluster answers and until it is its turn, and puts its report on
// the shelf.
func (f *fleet) audit(ctx context.Context, c *kubeContext) (one audited, err error) {
	// Each context has read the whole kubeconfig for itself.
	defer c.release()
	cluster, request, err := f.source(c, f.progress)
	if err != nil {
		return one, err
	}
	if err := f.reading.reach(ctx, cluster); err != nil {
		return one, err
	}
	if err := f.reading.await(ctx, f.turns); err != nil {
		return one, err
	}
	defer func() { <-f.turns }()
	started := time.Now()
	r, err := f.reading.report(ctx, cluster, request, &f.judging)
	if err != nil {
		return one, err
	}
	took := time.Since(started)
	f.marking.Lock()
	defer f.marking.Unlock()
	one = f.mark.of(r, took)
	one.Report, err = f.shelf.put(r)
	return one, err
}
