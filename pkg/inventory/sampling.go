package inventory

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// SampledContainer names the container that a sample is of.
type SampledContainer struct {
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Container string `json:"container"`
}

func (s SampledContainer) compare(other SampledContainer) int {
	return cmp.Or(cmp.Compare(s.Namespace, other.Namespace), cmp.Compare(s.Pod, other.Pod), cmp.Compare(s.Container, other.Container))
}

func (s SampledContainer) sampled() SampledContainer { return s }

// byContainer finds samples by what they are of.
func byContainer[S interface{ sampled() SampledContainer }](samples []S) map[SampledContainer]S {
	if len(samples) == 0 {
		return nil
	}
	found := make(map[SampledContainer]S, len(samples))
	for _, sample := range samples {
		found[sample.sampled()] = sample
	}
	return found
}

// toSample are the containers of a pod that run for as long as it, and do so now.
func (p *Pod) toSample() []SampledContainer {
	var running []SampledContainer
	for i := range p.Containers {
		if c := &p.Containers[i]; (c.Kind == App || c.Kind == Sidecar) && !c.RunningSince.IsZero() {
			running = append(running, SampledContainer{p.Namespace, p.Name, c.Name})
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
