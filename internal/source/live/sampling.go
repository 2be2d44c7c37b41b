package live

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// toSample returns the long-running containers of a pod that run now.
func toSample(p *inventory.Pod) []inventory.SampledContainer {
	var running []inventory.SampledContainer
	for i := range p.Containers {
		if c := &p.Containers[i]; c.Kind.LongRunning() && !c.RunningSince.IsZero() {
			running = append(running, inventory.SampledContainer{Namespace: p.Namespace, Pod: p.Name, Container: c.Name})
		}
	}
	return running
}

// sampling limits requests that the API server passes on to kubelets.
type sampling struct {
	// most limits the number of requests, atOnce how many of them run at a time.
	most, atOnce int
	// each limits the time of a request, all the time of all requests: a node that
	// hangs answers none.
	each, all time.Duration
}

// run takes samples from 0 to n. If there is no time left for a sample, it is
// taken anyway: its context says why it fails.
func (s sampling) run(ctx context.Context, n int, take func(ctx context.Context, i int)) {
	ctx, cancel := context.WithTimeout(ctx, s.all)
	defer cancel()
	var group errgroup.Group
	group.SetLimit(s.atOnce)
	for i := range n {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, s.each)
			defer cancel()
			take(ctx, i)
			return nil
		})
	}
	// Nothing in the group fails.
	_ = group.Wait()
}
