package live

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// toSample are the containers of a pod that run for as long as it, and do so now.
func toSample(p *inventory.Pod) []inventory.SampledContainer {
	var running []inventory.SampledContainer
	for i := range p.Containers {
		if c := &p.Containers[i]; c.Kind.LongRunning() && !c.RunningSince.IsZero() {
			running = append(running, inventory.SampledContainer{Namespace: p.Namespace, Pod: p.Name, Container: c.Name})
		}
	}
	return running
}

// sampling bounds requests that the API server passes on to kubelets.
type sampling struct {
	// most is how many requests there are, atOnce how many of them at a time.
	most, atOnce int
	// each bounds a request, all the whole: a node that hangs answers none.
	each, all time.Duration
}

// run takes samples from 0 to n. One for which there is no time is taken all the
// same: its context says why it fails.
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
