package traffic

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// controllerWrites leaves out slices that somebody else writes, by unknown rules.
func controllerWrites(s *inventory.Service) bool {
	return len(s.Slices) > 0 && !slices.ContainsFunc(s.Slices, func(slice *inventory.EndpointSlice) bool {
		return slice.ManagedBy != inventory.EndpointSliceController
	})
}

// flaps describes readiness that came and went, as one look at a Service shows
// it.
type flaps struct {
	// probed pods run and have a readiness probe.
	probed int
	// dropped are the probed pods that lost readiness, the last to change first.
	dropped []dropping
	writes  sliceWrites
	// inEvents is set when the Events of one of them show repetition.
	inEvents bool
}

func look(p *audit.Pass, s *inventory.Service) flaps {
	var f flaps
	var late []dropping
	moved, withNode := 0, false
	observer := observer{p, map[*inventory.Template]time.Duration{}}
	for _, pod := range s.Pods {
		d, probed := observer.observe(pod)
		if !probed {
			continue
		}
		f.probed++
		if refuted(p, s, &d) {
			d.sign, d.late = noDrop, false
		}
		if d.moved {
			moved++
		}
		withNode = withNode || d.withNode
		if d.sign != noDrop {
			f.dropped = append(f.dropped, d)
			f.inEvents = f.inEvents || d.repeated()
		}
		if d.late || d.sign != noDrop {
			late = append(late, d)
		}
	}
	if len(late) == 0 {
		return f
	}
	if f.writes = writesOf(p, s, moved, withNode); f.writes.repeated {
		// Pods of the Service have flapped, and only these can have.
		f.dropped = late
	}
	slices.SortStableFunc(f.dropped, func(a, b dropping) int { return b.at.Compare(a.at) })
	return f
}

// many reports whether it affects the Service, not just one of its pods.
func (f *flaps) many(p *audit.Pass) bool {
	return len(f.dropped) >= 2 || 100*len(f.dropped) >= flapShare.In(p)*f.probed
}

func (f *flaps) repeated() bool { return f.inEvents || f.writes.repeated }

// since returns when the first failure happened that Events report, zero without
// any.
func (f *flaps) since() time.Time {
	var since time.Time
	for _, d := range f.dropped {
		if first := d.failures.first; !first.IsZero() && (since.IsZero() || first.Before(since)) {
			since = first
		}
	}
	return since
}

// over reports whether it has ended: all pods have been ready for as long as
// three flaps took, or a third of the time in which they flapped.
func (f *flaps) over(p *audit.Pass) bool {
	if slices.ContainsFunc(f.dropped, func(d dropping) bool { return !d.pod.Ready.Is(corev1.ConditionTrue) }) {
		return false
	}
	last := f.dropped[0].at
	patience := f.writes.age
	if since := f.since(); !since.IsZero() {
		patience = min(patience, last.Sub(since)/3)
	}
	if f.writes.upperPerHour > 0 {
		flap := time.Duration(float64(time.Hour) / f.writes.upperPerHour * float64(len(f.dropped)))
		patience = min(patience, 3*flap)
	}
	return p.Now.Sub(last) > max(patience, time.Minute)
}
