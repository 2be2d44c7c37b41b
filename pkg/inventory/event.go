package inventory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Event is a Warning about an object. Its count is a lower bound: the client
// that records events drops many.
type Event struct {
	// Name is the event's own.
	Name string
	// Regarding is what it is about.
	Regarding Regarding
	// Former is set where that is a pod which is not there any more. How a pod ended
	// is mostly told when it is gone, and nothing but its name says whose it was.
	Former bool
	// Stage is the one that fails, 0 for Warnings about something else.
	Stage Stage
	// Vague Warnings repeat that something fails, but not why.
	Vague  bool
	Reason string
	// Message is without the note that similar Events were combined.
	Message string
	// Probe is nil unless a probe failed.
	Probe *ProbeFailure
	// Refusal is nil unless the API server refused what a controller creates.
	Refusal *Refusal
	// Pull is set for the reason Failed, which Warnings about pulls have.
	Pull *PullFailure
	// Absent are what the pod of a kubelet's Warning needs and does not find.
	Absent []Absence
	// Container is the one that the event names, if any.
	Container string
	Count     int32
	First     time.Time
	Last      time.Time
}

// Regarding names the object that an event is about.
type Regarding struct {
	Kind, Namespace, Name string
	UID                   types.UID
}

// About reports whether the event, which is one of the pod's, is about a
// container. Not every event names one, but then there may be only one.
func (e *Event) About(p *Pod, container string) bool {
	return e.Container == container || len(p.Containers) == 1
}

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
	for _, e := range inv.eventsFrom(o.Namespace, o.Kind, o.Name) {
		if e.Regarding.Name != o.Name || e.Regarding.Kind != o.Kind || e.Regarding.Namespace != o.Namespace {
			break
		}
		// A StatefulSet's pods reuse names.
		if e.Regarding.UID == "" || o.UID == "" || e.Regarding.UID == o.UID {
			events = append(events, e)
		}
	}
	return events
}

// EventsOfFormerPods returns the Warnings about pods that a workload has had, as
// far as their names tell: a name and a suffix are what controllers give.
func (inv *Inventory) EventsOfFormerPods(w *Workload) []*Event {
	var events []*Event
	for _, o := range append([]*Object{&w.Object}, w.Controllers...) {
		switch o.Kind {
		case "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job":
			events = append(events, inv.eventsOfFormerPods(o)...)
		}
	}
	return events
}

func (inv *Inventory) eventsOfFormerPods(controller *Object) []*Event {
	var events []*Event
	for _, e := range inv.eventsFrom(controller.Namespace, "Pod", controller.Name+"-") {
		suffix, own := strings.CutPrefix(e.Regarding.Name, controller.Name+"-")
		if !own || e.Regarding.Kind != "Pod" || e.Regarding.Namespace != controller.Namespace {
			break
		}
		if e.Former && !strings.Contains(suffix, "-") {
			events = append(events, e)
		}
	}
	slices.SortFunc(events, func(a, b *Event) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Regarding.UID, b.Regarding.UID))
	})
	return events
}

// eventsFrom are the Warnings about an object, and about all those after it.
func (inv *Inventory) eventsFrom(namespace, kind, name string) []*Event {
	first := &Event{Regarding: Regarding{Namespace: namespace, Kind: kind, Name: name}}
	i, _ := slices.BinarySearchFunc(inv.Events, first, compareEvents)
	return inv.Events[i:]
}

// compareEvents sorts by what events are about, and then by time.
func compareEvents(a, b *Event) int {
	x, y := &a.Regarding, &b.Regarding
	if n := cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name)); n != 0 {
		return n
	}
	return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Name, b.Name), cmp.Compare(x.UID, y.UID))
}
