package inventory

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Service is a Service with what it selects and where it leads.
type Service struct {
	Object
	Selector map[string]string
	// External is set for type ExternalName: it has no endpoints at all.
	External bool
	Headless bool
	// BreaksCircuits is set when a mesh stops sending to endpoints that fail, as
	// the Service's own annotation asks it to.
	BreaksCircuits bool
	// PublishesNotReady Services lead to their pods whether these are ready or not.
	PublishesNotReady bool
	// MetricsOnly is set when nothing but a scraper is meant to use it, which asks
	// each pod by itself.
	MetricsOnly bool
	// Exposed is set when it leads to its pods from outside without any route.
	Exposed   bool
	Ports     []corev1.ServicePort
	Slices    []*EndpointSlice
	Pods      []*Pod
	Workloads []*Workload
	// Makers are custom resources in files whose template it selects: they make
	// pods in a way that is not known.
	Makers []*Object
	// Routes lead to it from outside.
	Routes []*Route
	// Policies are the DestinationRules that a mesh applies to it.
	Policies []*TrafficPolicy
}

// EndpointSliceController is the writer of slices for selector Services.
const EndpointSliceController = "endpointslice-controller.k8s.io"

// EndpointSlice is one slice of a Service's endpoints.
type EndpointSlice struct {
	Object
	Service     string
	ManagedBy   string
	AddressType discoveryv1.AddressType
	// Generation starts at 1 and grows with each write of content or labels.
	Generation int64
	// Triggered is the earliest readiness change behind the last write; zero
	// when that write had another cause.
	Triggered time.Time
	Endpoints []Endpoint
}

// Endpoint is one address behind a Service.
type Endpoint struct {
	// PodName is empty unless the endpoint is a pod.
	PodName string
	Node    string
	Zone    string
	// Serving is the pod's readiness, even where the Service publishes it anyway.
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

// PodsOf are the pods of a workload that the Service selects. The slice is not
// the caller's own.
func (s *Service) PodsOf(w *Workload) []*Pod {
	if len(s.Workloads) == 1 && s.Workloads[0] == w {
		return s.Pods
	}
	var pods []*Pod
	for _, p := range w.Pods {
		if Holds(s.Pods, p) {
			pods = append(pods, p)
		}
	}
	return pods
}

// Serving is the number of distinct endpoints that take traffic: a dual stack
// Service holds each in two slices. Those that are published whether they are
// ready or not serve by definition.
func (s *Service) Serving() int {
	serving, _ := s.countEndpoints()
	return serving
}

// EndpointCount is the number of distinct endpoints, serving or not.
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

// NeverServed reports whether the Service has not had a single endpoint: its
// slices are empty, and their controller has not written them since it made them.
func (s *Service) NeverServed() bool {
	return len(s.Slices) > 0 && !slices.ContainsFunc(s.Slices, func(slice *EndpointSlice) bool {
		return slice.ManagedBy != EndpointSliceController || slice.Generation != 1 || len(slice.Endpoints) > 0
	})
}

// Lists reports whether a slice holds the pod as one that serves.
func (s *Service) Lists(p *Pod) bool {
	return slices.ContainsFunc(s.Slices, func(slice *EndpointSlice) bool {
		return slices.ContainsFunc(slice.Endpoints, func(e Endpoint) bool { return e.PodName == p.Name && e.Serving })
	})
}
