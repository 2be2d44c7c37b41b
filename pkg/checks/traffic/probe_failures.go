package traffic

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// probeFailures are the readiness failures of a pod that Events report. Their
// count is a lower bound, which the kubelet may update only every 5 minutes; up
// to the last one it is exact while their messages are the same.
type probeFailures struct {
	count       int
	first, last time.Time
	// detail is the message of the last one.
	detail string
}

// failuresOf leaves out failures that ended before the containers started.
func failuresOf(p *audit.Pass, pod *inventory.Pod, start time.Time) probeFailures {
	var f probeFailures
	for _, e := range p.EventsOf(&pod.Object) {
		if e.Probe == nil || e.Probe.Kind != inventory.Readiness || e.Last.Before(start) {
			continue
		}
		if f.count += int(e.Count); f.first.IsZero() || e.First.Before(f.first) {
			f.first = e.First
		}
		if !e.Last.Before(f.last) {
			f.last, f.detail = e.Last, e.Probe.Detail
		}
	}
	return f
}

// repeated reports whether the probe's failures show that readiness was lost more
// than once since the pod had been ready: they continue for longer than one loss
// takes, and readiness came back in between.
func (d *dropping) repeated() bool {
	f := d.failures
	// An Event may count the failures of the start as well.
	sinceStart := f.first.Before(d.readyBy)
	if sinceStart {
		f.count -= d.most(f.first, d.readyBy)
		f.first = d.readyBy
	}
	if f.count < 2*d.threshold || f.last.Sub(f.first) <= 3*d.window {
		return false
	}
	if !d.pod.Ready.Is(corev1.ConditionTrue) {
		// A pod that is down now was ready until it went down: failures well
		// before that belong to an earlier loss.
		f.count -= d.most(d.at.Add(-d.window), f.last)
		return f.first.Add(2*d.window).Before(d.at) && f.count >= d.threshold
	}
	if sinceStart && 4*d.calm > d.at.Add(d.calm).Sub(d.readyBy) {
		// It is not known since when the failures are no longer those of the
		// start, so all may belong to one loss; it is unlikely that this loss
		// ended just now.
		return false
	}
	// In a single loss that is over, one failure follows the other.
	return 10*f.count <= 8*d.most(f.first, f.last)
}

// most is the largest number of failures in a time.
func (d *dropping) most(from, to time.Time) int {
	if to.Before(from) {
		return 0
	}
	return int(to.Sub(from)/d.interval) + 1
}
