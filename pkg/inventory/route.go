package inventory

// Route leads traffic from outside to Services: an Ingress, or an HTTPRoute of
// the Gateway API.
type Route struct {
	Object
	// Class is an Ingress's class, empty where the cluster's default applies.
	Class string
	// Annotations are the names alone, sorted.
	Annotations []string
	// Gateways are those that an HTTPRoute is attached to.
	Gateways []Gateway
	Backends []Backend
	// Policies are BackendTrafficPolicies of the route itself and of its Gateways.
	Policies []*TrafficPolicy
}

// Gateway is the name of one.
type Gateway struct{ Namespace, Name string }

// Backend is one place that a route leads to.
type Backend struct {
	// Host and Path are where it starts, as written.
	Host, Path string
	// Kind is Service unless the route leads to something else.
	Kind string
	// Namespace is the route's own unless it says otherwise.
	Namespace, Name string
	// PortName or Port names the Service's port; an HTTPRoute knows only numbers.
	PortName string
	Port     int32
	// Service is what it names, nil if that was not read.
	Service *Service
}

// TrafficPolicy is a custom resource by which a mesh or gateway treats traffic.
type TrafficPolicy struct {
	Object
	// Hosts are the Services that a DestinationRule is for, as written.
	Hosts []string
	// Targets are the objects that a BackendTrafficPolicy is attached to.
	Targets []PolicyTarget
	// BreaksCircuits and LimitsRate are what it does.
	BreaksCircuits, LimitsRate bool
}

// PolicyTarget is an object of the policy's namespace.
type PolicyTarget struct{ Kind, Name string }
