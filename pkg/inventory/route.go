package inventory

// Route sends traffic from outside to Services: an Ingress, or an HTTPRoute of
// the Gateway API.
type Route struct {
	Object
	// Class is the class of an Ingress, empty if the cluster's default applies.
	Class string
	// Annotations contains only the names, sorted.
	Annotations []string
	// Gateways are the Gateways to which an HTTPRoute is attached.
	Gateways []Gateway
	Backends []Backend
	// Policies are the BackendTrafficPolicies of the route itself and of its
	// Gateways.
	Policies []*TrafficPolicy
}

// Gateway names a Gateway.
type Gateway struct{ Namespace, Name string }

// Backend is one destination of a route.
type Backend struct {
	// Host and Path say which requests it receives, as written.
	Host, Path string
	// Kind is Service unless the route sends to another kind of object.
	Kind string
	// Namespace is the route's own unless the route names another.
	Namespace, Name string
	// PortName or Port identifies the Service's port. An HTTPRoute uses only
	// numbers.
	PortName string
	Port     int32
	// Service is the named Service, nil if it was not read.
	Service *Service
}

// TrafficPolicy is a custom resource that changes how a mesh or gateway treats
// traffic.
type TrafficPolicy struct {
	Object
	// Hosts are the Services of a DestinationRule, as written.
	Hosts []string
	// Targets are the objects to which a BackendTrafficPolicy is attached.
	Targets []PolicyTarget
	// BreaksCircuits and LimitsRate say what the policy does.
	BreaksCircuits, LimitsRate bool
}

// PolicyTarget names an object in the policy's namespace.
type PolicyTarget struct{ Kind, Name string }
