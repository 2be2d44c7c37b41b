package inventory

import (
	"slices"
	"time"
)

// Observation contains what a source saw happen while it watched a cluster, after it had
// read it. What it saw of one object is with that: see ObservedPod,
// ObservedPods and ObservedEndpoints.
type Observation struct {
	// From is the end of the last list, To the end of the watches.
	From, To time.Time
	// Watches are in reading order, one per resource.
	Watches []Watch
	Total   Happened
}

// Happened counts what happened in a time.
type Happened struct {
	// Drops are endpoints that lost readiness, Restarts those of containers.
	Drops, Restarts, OOMKills int
	// Made are pods that appeared, Lost those that failed, or that were deleted before
	// they had succeeded, Stuck those that changed and then made no progress to the end.
	Made, Lost, Stuck int
}

// Watch says when the changes of a resource were seen.
type Watch struct {
	Resource Resource
	// From is the time of the list.
	From time.Time
	// Gaps are times in which changes may have been missed. If nothing was seen at
	// all, there is one gap from From to the end.
	Gaps []Interval
	// Reason explains the last gap. It is short and stable: forbidden, expired,
	// ….
	Reason string
}

// Miss adds a gap.
func (w *Watch) Miss(gap Interval, reason string) {
	w.Gaps, w.Reason = append(w.Gaps, gap), reason
	slices.SortFunc(w.Gaps, func(a, b Interval) int { return a.From.Compare(b.From) })
}

// Interval is a time from one moment to another.
type Interval struct{ From, To time.Time }

// Observed returns the time in which the changes of a resource were seen, 0 if
// they were not.
func (inv *Inventory) Observed(r Resource) time.Duration {
	if o := inv.Observation; o != nil {
		for _, w := range o.Watches {
			if w.Resource == r {
				return max(o.To.Sub(w.From)-w.Missed(), 0)
			}
		}
	}
	return 0
}

// SawAllSince reports whether all changes of a resource were seen since a time.
func (inv *Inventory) SawAllSince(t time.Time, r Resource) bool {
	o := inv.Observation
	return o != nil && slices.ContainsFunc(o.Watches, func(w Watch) bool {
		return w.Resource == r && !t.Before(w.From) && !slices.ContainsFunc(w.Gaps, func(gap Interval) bool { return gap.To.After(t) })
	})
}

// Missed returns the time in which changes may have been missed.
func (w *Watch) Missed() time.Duration {
	var missed time.Duration
	for _, gap := range w.Gaps {
		missed += gap.To.Sub(gap.From)
	}
	return missed
}

// ObservedEndpoints contains the changes of the endpoints of a Service in an
// observation.
type ObservedEndpoints struct {
	// Pods lists the pods that lost readiness, by name.
	Pods []ObservedDrops
	// Empty is the time without a serving endpoint.
	Empty time.Duration
}

// ObservedDrops counts how often an endpoint lost readiness, and how often it came
// back.
type ObservedDrops struct {
	Pod            string
	Drops, Returns int
	Last           time.Time
}

// ObservedPod contains what happened to the containers of a pod in an observation.
type ObservedPod struct{ Containers []ObservedContainer }

// ObservedContainer counts what happened to one container.
type ObservedContainer struct {
	Name     string
	Restarts int
	// OOMKills is a lower bound: of several terminations between two updates of the
	// status, only the last is known.
	OOMKills int
}

// With returns the observation with the events of a container added. The
// receiver, which may be nil, does not change.
func (o *ObservedPod) With(c ObservedContainer) *ObservedPod {
	sum := &ObservedPod{}
	if o != nil {
		sum.Containers = slices.Clone(o.Containers)
	}
	for i := range sum.Containers {
		if known := &sum.Containers[i]; known.Name == c.Name {
			known.Restarts += c.Restarts
			known.OOMKills += c.OOMKills
			return sum
		}
	}
	sum.Containers = append(sum.Containers, c)
	return sum
}

// ObservedPods counts the pods of a workload that appeared during an
// observation, those that failed or were deleted before they had succeeded, and those
// that were not ready and made no progress in its last minute or longer.
type ObservedPods struct{ Made, Lost, Stuck int }

// ObservedPods returns what happened to the pods of a workload, zero if nothing did.
func (w *Workload) ObservedPods() ObservedPods {
	if w.Observed == nil {
		return ObservedPods{}
	}
	return *w.Observed
}

// ObservedIn returns what happened to a container, zero if nothing did.
func (p *Pod) ObservedIn(container string) ObservedContainer {
	if p.Observed != nil {
		for _, c := range p.Observed.Containers {
			if c.Name == container {
				return c
			}
		}
	}
	return ObservedContainer{Name: container}
}
