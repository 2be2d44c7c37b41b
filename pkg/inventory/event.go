package inventory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Event is a Warning about an object. Its count is a lower bound, because the
// client that records events drops many.
type Event struct {
	// Name is the name of the event itself.
	Name string
	// Regarding names the object that the event is about.
	Regarding Regarding
	// Former is set if the object is a pod that no longer exists. Most Warnings
	// about the end of a pod outlive it, and then only the pod's name shows its
	// owner.
	Former bool
	// Stage is the stage that failed, 0 for Warnings about something else.
	Stage Stage
	// Vague Warnings repeat that something fails, but not why.
	Vague  bool
	Reason string
	// Message is without the note that similar Events were combined.
	Message string
	// Probe is set if a probe failed.
	Probe *ProbeFailure
	// Refusal is set if the API server refused an object that a controller wanted
	// to create.
	Refusal *Refusal
	// Pull is set for the reason Failed, which Warnings about pulls have.
	Pull *PullFailure
	// Absent lists what the pod needs and the kubelet does not find.
	Absent []Absence
	// Container is the container that the event names, if any.
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

// About reports whether an event of the pod is about a container. Not every
// event names a container; then it counts only if the pod has just one.
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

// EventsOfFormerPods returns the Warnings about pods that a workload had before,
// as far as their names show: controllers name a pod after its owner and add a
// suffix.
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

// eventsFrom returns the Warnings about an object and all Warnings after them.
func (inv *Inventory) eventsFrom(namespace, kind, name string) []*Event {
	i, _ := slices.BinarySearchFunc(inv.Events, Regarding{Namespace: namespace, Kind: kind, Name: name}, func(e *Event, first Regarding) int {
		// The first of all that are about the object.
		return cmp.Or(e.Regarding.compare(&first), 1)
	})
	return inv.Events[i:]
}

// compareEvents sorts by the object that events are about, then by time.
func compareEvents(a, b *Event) int {
	if n := a.Regarding.compare(&b.Regarding); n != 0 {
		return n
	}
	return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Regarding.UID, b.Regarding.UID))
}

func (r *Regarding) compare(other *Regarding) int {
	return cmp.Or(cmp.Compare(r.Namespace, other.Namespace), cmp.Compare(r.Kind, other.Kind), cmp.Compare(r.Name, other.Name))
}
