package kube

import (
	"context"
	"testing"
	"time"
)

// Await repeats a condition until it holds. The condition's error says why it
// does not hold yet; when the time is over, the last one is shown. So it may be
// an error from the server, or describe the current state.
func (c *Cluster) Await(
	t testing.TB, timeout time.Duration, what string, condition func(context.Context) (bool, error),
) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	var last error
	for {
		holds, err := condition(ctx)
		if holds {
			return
		}
		// The error of an interrupted request says less than the one before.
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-poll.C:
		case <-c.runner.done:
			t.Fatalf("the cluster died while waiting for %s: %v", what, c.runner.failure())
		case <-ctx.Done():
			t.Fatalf("no %s within %s; last state: %v", what, timeout, last)
		}
	}
}
