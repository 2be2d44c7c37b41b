// Package exporter audits a cluster again and again, and serves the last report
// and its metrics over HTTP.
package exporter

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
)

// retryAfter is how soon a failed audit is tried again, where the interval is
// not shorter: soon enough to get over a restart of the API server.
const retryAfter = time.Minute

// Exporter audits one cluster. At any time there is one audit at most, and the
// last report stays until there is another.
type Exporter struct {
	// Audit makes a report. It must keep nothing that it read.
	Audit func(context.Context) (*api.Report, error)
	// Interval is from one audit's start to the next one's, if it ends before.
	Interval time.Duration
	// Done receives each audit: what it found or why it failed, and when the
	// next one starts.
	Done func(last metrics.Audit, failure error, next time.Duration)
	// WebConfig is a web configuration file of the Prometheus exporter toolkit:
	// TLS and basic authentication. Empty is neither.
	WebConfig string
	// Log is told what goes wrong with a request.
	Log *slog.Logger

	clock clock.Clock
	last  atomic.Pointer[metrics.Audit]
}

// New returns an exporter for the cluster of that name, which has not been
// audited yet. The version is the program's.
func New(cluster, version string) *Exporter {
	e := &Exporter{clock: clock.RealClock{}, Log: slog.New(slog.DiscardHandler)}
	e.last.Store(&metrics.Audit{Cluster: cluster, Version: version})
	return e
}

// Run audits until the context ends, which also ends a running audit.
func (e *Exporter) Run(ctx context.Context) {
	for ctx.Err() == nil {
		timer := e.clock.NewTimer(e.audit(ctx))
		select {
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// audit makes one report and says how long to wait for the next.
func (e *Exporter) audit(ctx context.Context) (next time.Duration) {
	started := e.clock.Now()
	r, err := e.Audit(ctx)
	took := e.clock.Since(started)
	if ctx.Err() != nil {
		// An audit that was told to end says nothing of the cluster.
		return 0
	}
	last := *e.last.Load()
	last.Duration, last.Failed, last.Ended = took, err != nil, true
	next = max(0, e.Interval-took)
	if err == nil {
		last.Report = r
	} else {
		next = min(e.Interval, retryAfter)
	}
	e.last.Store(&last)
	e.Done(last, err, next)
	return next
}
