package inventory

import (
	"slices"
	"time"
)

// Event is a Warning about an object. Its count is a lower bound: the client
// that records events drops many.
type Event struct {
	Reason string
	// Message is without the note that similar Events were combined.
	Message string
	// Probe is nil unless a probe failed.
	Probe *ProbeFailure
	// Container is the one that the event names, if any.
	Container string
	Count     int32
	First     time.Time
	Last      time.Time
}

// About reports whether the event, which is one of the pod's, is about a
// container. Not every event names one, but then there may be only one.
func (e *Event) About(p *Pod, container string) bool {
	return e.Container == container || len(p.Containers) == 1
}

// involvedEvent keeps the UID of the object apart: a StatefulSet's pods reuse
// names. The name is the event's own.
type involvedEvent struct {
	uid   string
	name  string
	event *Event
}

// involvedKey tells the objects that events are about.
type involvedKey struct{ kind, namespace, name string }

// EventsAround returns the Warnings about a workload, the controllers below it
// and its pods, oldest first.
func (inv *Inventory) EventsAround(w *Workload) []*Event {
	events := inv.EventsOf(&w.Object)
	for _, o := range w.Controllers {
		events = append(events, inv.EventsOf(o)...)
	}
	// A pod without an owner is its own workload.
	if w.Kind != "Pod" {
		for _, p := range w.Pods {
			events = append(events, inv.EventsOf(&p.Object)...)
		}
	}
	slices.SortStableFunc(events, func(a, b *Event) int { return a.First.Compare(b.First) })
	return events
}

// EventsOf returns the Warnings about an object, oldest first.
func (inv *Inventory) EventsOf(o *Object) []*Event {
	var events []*Event
	for _, e := range inv.events[involvedKey{o.Kind, o.Namespace, o.Name}] {
		if e.uid == "" || o.UID == "" || e.uid == string(o.UID) {
			events = append(events, e.event)
		}
	}
	slices.SortStableFunc(events, func(a, b *Event) int { return a.First.Compare(b.First) })
	return events
}
