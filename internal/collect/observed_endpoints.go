package collect

import (
	"maps"
	"slices"
	"strings"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// observedService is a Service whose endpoints change.
type observedService struct {
	slices map[types.UID]*inventory.EndpointSlice
	// endpoints lists the endpoints of all slices, by pod.
	endpoints map[string]inventory.Endpoint
	drops     map[string]*inventory.ObservedDrops
	// empty is the time without a serving endpoint before emptySince, which is zero while one serves.
	empty      time.Duration
	emptySince time.Time
}

// serviceOf returns the Service of a slice with its state before its first
// change. It returns nil if there is no Service, or if too many change.
func (o *Observer) serviceOf(slice *discoveryv1.EndpointSlice) *observedService {
	name := objectName{slice.Namespace, slice.Labels[discoveryv1.LabelServiceName]}
	if known := o.services[name]; known != nil || name.name == "" {
		return known
	}
	if o.full = o.full || len(o.services) >= mostObserved; o.full {
		return nil
	}
	service := &observedService{drops: map[string]*inventory.ObservedDrops{}}
	service.lookAgain(o.facts.slicesOf(name), o.from)
	o.services[name] = service
	return service
}

// slicesOf returns the slices of a Service.
func (f *Facts) slicesOf(service objectName) map[types.UID]*inventory.EndpointSlice {
	found := map[types.UID]*inventory.EndpointSlice{}
	for _, slice := range f.slices {
		if slice.Service == service.name && slice.Namespace == service.namespace {
			found[slice.UID] = slice
		}
	}
	return found
}

// lookAgain accepts the present slices, whatever changed them.
func (s *observedService) lookAgain(now map[types.UID]*inventory.EndpointSlice, at time.Time) {
	s.slices, s.endpoints = now, endpointsOf(now)
	if s.emptySince.IsZero() {
		s.noteEmpty(at)
	} else if s.serves() {
		// The time of the change is not known.
		s.emptySince = time.Time{}
	}
}

func (o *Observer) sliceChanged(s *observedService, slice *inventory.EndpointSlice, at time.Time) {
	if s != nil && slice != nil {
		s.slices[slice.UID] = slice
		o.total.Drops += s.update(at)
	}
}

func (o *Observer) sliceDeleted(s *observedService, slice types.UID, at time.Time) {
	if s != nil {
		delete(s.slices, slice)
		o.total.Drops += s.update(at)
	}
}

// update compares the endpoints with those before, and returns how many lost
// readiness. An endpoint that is removed or terminating was not lost but
// replaced, perhaps by one of the same name.
func (s *observedService) update(at time.Time) int {
	before, lost := s.endpoints, 0
	s.endpoints = endpointsOf(s.slices)
	for pod, now := range s.endpoints {
		was, known := before[pod]
		seen := s.drops[pod]
		switch {
		case !known || was.Terminating || now.Terminating || was.Serving == now.Serving:
		case was.Serving:
			if seen == nil {
				seen = &inventory.ObservedDrops{Pod: pod}
				s.drops[pod] = seen
			}
			seen.Drops++
			seen.Last = at
			lost++
		case seen != nil && seen.Returns < seen.Drops:
			seen.Returns++
		}
	}
	s.noteEmpty(at)
	return lost
}

// noteEmpty measures the time in which no endpoint serves.
func (s *observedService) noteEmpty(at time.Time) {
	switch serves := s.serves(); {
	case !serves && s.emptySince.IsZero():
		s.emptySince = at
	case serves && !s.emptySince.IsZero():
		s.empty += at.Sub(s.emptySince)
		s.emptySince = time.Time{}
	}
}

func (s *observedService) serves() bool {
	for _, e := range s.endpoints {
		if e.Serving {
			return true
		}
	}
	return false
}

// endpointsOf returns the endpoints of slices by pod. A pod serves if any slice
// says so: a pod of a dual-stack Service is in two, and an endpoint may move
// between slices.
func endpointsOf(all map[types.UID]*inventory.EndpointSlice) map[string]inventory.Endpoint {
	endpoints := map[string]inventory.Endpoint{}
	for _, slice := range all {
		for _, e := range slice.Endpoints {
			known := endpoints[e.PodName]
			e.Serving = e.Serving || known.Serving
			e.Terminating = e.Terminating || known.Terminating
			endpoints[e.PodName] = e
		}
	}
	return endpoints
}

// until returns the changes that were observed until a time.
func (s *observedService) until(to time.Time) *inventory.ObservedEndpoints {
	observed := &inventory.ObservedEndpoints{Empty: s.empty}
	if !s.emptySince.IsZero() {
		observed.Empty += to.Sub(s.emptySince)
	}
	for _, drops := range s.drops {
		observed.Pods = append(observed.Pods, *drops)
	}
	slices.SortFunc(observed.Pods, func(a, b inventory.ObservedDrops) int { return strings.Compare(a.Pod, b.Pod) })
	return observed
}

// Attach adds the observed changes to an inventory that was made from the facts.
func (o *Observer) Attach(inv *inventory.Inventory, unread Unread) {
	for name, service := range o.services {
		if found := inventory.Find(inv.Services, name.namespace, "Service", name.name); found != nil {
			found.Observed = service.until(inv.Observation.To)
		}
	}
	owners := ownersOf(o.facts, unread)
	for _, uid := range slices.Sorted(maps.Keys(o.owners)) {
		owner := o.owners[uid]
		top, _ := owners.top(&owner.example)
		if w := inventory.Find(inv.Workloads, top.Namespace, top.Kind, top.Name); w != nil {
			observed := observedOf(w)
			observed.Made += owner.Made
			observed.Lost += owner.Lost
		}
	}
	o.attachStuck(inv)
}

func observedOf(w *inventory.Workload) *inventory.ObservedPods {
	if w.Observed == nil {
		w.Observed = &inventory.ObservedPods{}
	}
	return w.Observed
}
