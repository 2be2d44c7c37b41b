// Package exporter audits a cluster at an interval, and serves the last report
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

// retryAfter is the pause after a failed audit, unless the interval is shorter.
// It is short so that a restart of the API server costs little time.
const retryAfter = time.Minute

// Exporter audits one cluster. It runs one audit at a time, and keeps the last
// report until there is another.
type Exporter struct {
	// Audit makes a report. It must not keep anything that it read.
	Audit func(context.Context) (*api.Report, error)
	// Interval is the time from the start of one audit to the start of the next. A
	// longer audit delays the next one.
	Interval time.Duration
	// Follow, if set, is called instead of Audit. It publishes a report after each
	// change of the cluster, with the time that it took, or an error while it cannot, until
	// the context ends or it fails for good.
	Follow func(ctx context.Context, publish func(r *api.Report, took time.Duration, failure error)) error
	// Done is called after each audit with its result or failure, and with the time
	// until the next one starts.
	Done func(last metrics.Audit, failure error, next time.Duration)
	// WebConfig is a web configuration file of the Prometheus exporter toolkit, for
	// TLS and basic authentication. If it is empty, there is neither.
	WebConfig string
	// Log receives the errors of requests.
	Log *slog.Logger

	clock clock.Clock
	last  atomic.Pointer[metrics.Audit]
}

// New returns an exporter for the cluster with that name, before its first
// audit. The version is the version of the program.
func New(cluster, version string) *Exporter {
	e := &Exporter{clock: clock.RealClock{}, Log: slog.New(slog.DiscardHandler)}
	e.last.Store(&metrics.Audit{Cluster: cluster, Version: version})
	return e
}

// Run audits until the context ends. That also ends a running audit.
func (e *Exporter) Run(ctx context.Context) {
	next := e.audit
	if e.Follow != nil {
		next = e.follow
	}
	for ctx.Err() == nil {
		timer := e.clock.NewTimer(next(ctx))
		select {
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// audit makes one report and returns how long to wait for the next.
func (e *Exporter) audit(ctx context.Context) (next time.Duration) {
	started := e.clock.Now()
	r, err := e.Audit(ctx)
	took := e.clock.Since(started)
	if ctx.Err() != nil {
		// An interrupted audit says nothing about the cluster.
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

// follow publishes reports until that fails, and returns how long to wait then.
func (e *Exporter) follow(ctx context.Context) (next time.Duration) {
	publish := func(r *api.Report, took time.Duration, failure error) {
		last := *e.last.Load()
		last.Failed, last.Ended = failure != nil, true
		if failure == nil {
			last.Report, last.Duration = r, took
		}
		e.last.Store(&last)
		e.Done(last, failure, 0)
	}
	err := e.Follow(ctx, publish)
	if ctx.Err() != nil {
		return 0
	}
	publish(nil, 0, err)
	return retryAfter
}
