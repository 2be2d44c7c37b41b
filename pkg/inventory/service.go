package inventory

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Service is a Service with the pods that it selects and the routes to it.
type Service struct {
	Object
	Selector map[string]string
	// External is set for the type ExternalName, which has no endpoints.
	External bool
	Headless bool
	// BreaksCircuits is set if the Service's own annotation makes a mesh stop
	// sending to endpoints that fail.
	BreaksCircuits bool
	// PublishesNotReady Services send traffic to all their pods, ready or not.
	PublishesNotReady bool
	// MetricsOnly is set if only a scraper is meant to use the Service. A scraper
	// sends its requests to each pod directly.
	MetricsOnly bool
	// Exposed is set if traffic from outside reaches the Service without a route.
	Exposed   bool
	Ports     []corev1.ServicePort
	Slices    []*EndpointSlice
	Pods      []*Pod
	Workloads []*Workload
	// Makers are custom resources in files whose templates the Service selects. How
	// they make pods is not known.
	Makers []*Object
	// Routes lead to the Service from outside.
	Routes []*Route
	// Policies are the DestinationRules that a mesh applies to it.
	Policies []*TrafficPolicy
	// Observed is nil unless its endpoints changed in an observation.
	Observed *ObservedEndpoints
}

// EndpointSliceController writes the slices of Services with a selector.
const EndpointSliceController = "endpointslice-controller.k8s.io"

// EndpointSlice is one slice of a Service's endpoints.
type EndpointSlice struct {
	Object
	Service     string
	ManagedBy   string
	AddressType discoveryv1.AddressType
	// Generation starts at 1 and grows with each change of content or labels.
	Generation int64
	// Triggered is the earliest readiness change behind the last write, zero if
	// that write had another cause.
	Triggered time.Time
	Endpoints []Endpoint
}

// Endpoint is one address behind a Service.
type Endpoint struct {
	// PodName is empty unless the endpoint is a pod.
	PodName string
	Node    string
	Zone    string
	// Serving says whether the pod is ready, even if the Service publishes it
	// anyway.
	Serving     bool
	Terminating bool
}

// PodNamed finds one of the Service's pods, nil if there is none.
func (s *Service) PodNamed(name string) *Pod {
	i, found := slices.BinarySearchFunc(s.Pods, name, func(p *Pod, name string) int { return strings.Compare(p.Name, name) })
	if !found {
		return nil
	}
	return s.Pods[i]
}

// PodsOf returns the pods of a workload that the Service selects. The caller
// must not change the slice.
func (s *Service) PodsOf(w *Workload) []*Pod {
	if len(s.Workloads) == 1 && s.Workloads[0] == w {
		return s.Pods
	}
	var pods []*Pod
	for _, p := range w.Pods {
		if Contains(s.Pods, p) {
			pods = append(pods, p)
		}
	}
	return pods
}

// Serving counts the distinct endpoints that receive traffic: a dual-stack
// Service has each in two slices. Endpoints that are published whether they are
// ready or not always count.
func (s *Service) Serving() int {
	serving, _ := s.countEndpoints()
	return serving
}

// EndpointCount counts the distinct endpoints, serving or not.
func (s *Service) EndpointCount() int {
	_, all := s.countEndpoints()
	return all
}

func (s *Service) countEndpoints() (serving, all int) {
	perType := map[discoveryv1.AddressType][2]int{}
	for _, slice := range s.Slices {
		n := perType[slice.AddressType]
		for _, e := range slice.Endpoints {
			n[1]++
			if e.Serving || s.PublishesNotReady {
				n[0]++
			}
		}
		perType[slice.AddressType] = n
	}
	for _, n := range perType {
		serving, all = max(serving, n[0]), max(all, n[1])
	}
	return serving, all
}

// NeverServed reports whether the Service has never had an endpoint: its slices
// are empty, and their controller has not written them since it created them.
func (s *Service) NeverServed() bool {
	return len(s.Slices) > 0 && !slices.ContainsFunc(s.Slices, func(slice *EndpointSlice) bool {
		return slice.ManagedBy != EndpointSliceController || slice.Generation != 1 || len(slice.Endpoints) > 0
	})
}

// Lists reports whether a slice lists the pod as serving.
func (s *Service) Lists(p *Pod) bool {
	return slices.ContainsFunc(s.Slices, func(slice *EndpointSlice) bool {
		return slices.ContainsFunc(slice.Endpoints, func(e Endpoint) bool { return e.PodName == p.Name && e.Serving })
	})
}
