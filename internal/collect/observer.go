package collect

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// mostObserved limits the Services, the owners of pods, and the pods on their way to being
// ready, whose changes are counted.
const mostObserved = 20_000

// Observer follows facts, and counts what happens to their objects. Its memory grows
// with the objects that change, not with time.
type Observer struct {
	facts    *Facts
	from     time.Time
	total    inventory.Happened
	services map[objectName]*observedService
	// owners contains, by UID, the owners of pods that appeared or were lost. A pod
	// without an owner is its own.
	owners map[types.UID]*observedOwner
	// progress contains, by UID, the pods that changed and are not ready.
	progress map[types.UID]progress
	full     bool
}

// objectName names an object whose kind is known.
type objectName struct{ namespace, name string }

// NewObserver returns an observer that follows facts from a time on.
func NewObserver(facts *Facts, from time.Time) *Observer {
	facts.Follow()
	return &Observer{
		facts: facts, from: from,
		services: map[objectName]*observedService{}, owners: map[types.UID]*observedOwner{}, progress: map[types.UID]progress{},
	}
}

// Total returns the counts so far.
func (o *Observer) Total() inventory.Happened { return o.total }

// Full reports whether more changed than the observer can count.
func (o *Observer) Full() bool { return o.full }

// Changed notes an object that appeared or changed. It must be trimmed.
func (o *Observer) Changed(obj runtime.Object, at time.Time) {
	switch obj := obj.(type) {
	case *corev1.Pod:
		before := factOf(o.facts, &o.facts.pods, obj.UID)
		o.facts.Add(obj, Unsaid{})
		after := factOf(o.facts, &o.facts.pods, obj.UID)
		o.noteProgress(before, after, at)
		o.podChanged(before, after)
	case *discoveryv1.EndpointSlice:
		service := o.serviceOf(obj)
		o.facts.Add(obj, Unsaid{})
		o.sliceChanged(service, factOf(o.facts, &o.facts.slices, obj.UID), at)
	default:
		o.facts.Add(obj, Unsaid{})
	}
}

// Deleted notes that an object was deleted.
func (o *Observer) Deleted(obj runtime.Object, at time.Time) {
	switch obj := obj.(type) {
	case *corev1.Pod:
		o.podDeleted(factOf(o.facts, &o.facts.pods, obj.UID), obj)
		delete(o.progress, obj.UID)
	case *discoveryv1.EndpointSlice:
		o.sliceDeleted(o.serviceOf(obj), obj.UID, at)
	case *batchv1.Job:
		o.ownerDeleted(factOf(o.facts, &o.facts.controllers, obj.UID))
	}
	o.facts.Remove(obj)
}

// Again notes an object of a list that was read again because changes were
// missed. The restart counts of pods are still compared, but changes of
// endpoints are unknown.
func (o *Observer) Again(obj runtime.Object, at time.Time) {
	if _, isPod := obj.(*corev1.Pod); isPod {
		o.Changed(obj, at)
		return
	}
	o.facts.Add(obj, Unsaid{})
}

// Relisted ends a list that was read again, in a namespace or, for "", in all.
func (o *Observer) Relisted(kind, namespace string, listed Listed, at time.Time) {
	o.facts.Retain(kind, namespace, listed)
	if kind == "EndpointSlice" {
		for name, service := range o.services {
			service.lookAgain(o.facts.slicesOf(name), at)
		}
	}
}

// factOf returns the fact of an object that is followed, nil if there is none.
func factOf[T interface{ Identity() *inventory.Object }](f *Facts, l *list[T], uid types.UID) (fact T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known, found := f.places[uid]; found && known.in == followed(l) {
		return (*l)[known.at]
	}
	return fact
}
