package inventory

import (
	"maps"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

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

func projectIngress(i *networkingv1.Ingress) *Route {
	route := &Route{
		Object: objectOf("networking.k8s.io/v1", "Ingress", i), Class: valueOr(i.Spec.IngressClassName, ""),
		Annotations: slices.Sorted(maps.Keys(i.Annotations)),
	}
	// The annotation is older than the field, and still in use.
	if class := i.Annotations[ingressClassAnnotation]; route.Class == "" {
		route.Class = class
	}
	add := func(host, path string, b *networkingv1.IngressBackend) {
		backend := Backend{Host: host, Path: path, Kind: "Service", Namespace: i.Namespace}
		switch {
		case b.Service != nil:
			backend.Name, backend.PortName, backend.Port = b.Service.Name, b.Service.Port.Name, b.Service.Port.Number
		case b.Resource != nil:
			backend.Kind, backend.Name = b.Resource.Kind, b.Resource.Name
		}
		route.Backends = append(route.Backends, backend)
	}
	if i.Spec.DefaultBackend != nil {
		add("", "", i.Spec.DefaultBackend)
	}
	for _, rule := range i.Spec.Rules {
		if rule.HTTP == nil {
			continue
		}
		for j := range rule.HTTP.Paths {
			add(rule.Host, rule.HTTP.Paths[j].Path, &rule.HTTP.Paths[j].Backend)
		}
	}
	return route
}

func projectHTTPRoute(u *unstructured.Unstructured) *Route {
	route := &Route{
		Object:      objectOf(u.GetAPIVersion(), u.GetKind(), u),
		Annotations: slices.Sorted(maps.Keys(u.GetAnnotations())),
	}
	spec := nested(u.Object, "spec")
	for _, parent := range listOf(spec, "parentRefs") {
		if valueOrDefault(text(parent, "kind"), "Gateway") == "Gateway" {
			route.Gateways = append(route.Gateways, Gateway{
				valueOrDefault(text(parent, "namespace"), u.GetNamespace()), text(parent, "name"),
			})
		}
	}
	for _, rule := range listOf(spec, "rules") {
		for _, ref := range listOf(rule, "backendRefs") {
			port, _, _ := unstructured.NestedInt64(ref, "port")
			route.Backends = append(route.Backends, Backend{
				Kind:      valueOrDefault(text(ref, "kind"), "Service"),
				Namespace: valueOrDefault(text(ref, "namespace"), u.GetNamespace()), Name: text(ref, "name"),
				Port: int32(min(max(port, 0), 1<<16)),
			})
		}
	}
	return route
}

// projectPolicy reads Istio's DestinationRule and Envoy Gateway's
// BackendTrafficPolicy.
func projectPolicy(u *unstructured.Unstructured) *TrafficPolicy {
	policy := &TrafficPolicy{Object: objectOf(u.GetAPIVersion(), u.GetKind(), u)}
	spec := nested(u.Object, "spec")
	if u.GetKind() == "DestinationRule" {
		policy.Hosts = []string{text(spec, "host")}
		traffic := append([]map[string]any{nested(spec, "trafficPolicy")}, listOf(nested(spec, "trafficPolicy"), "portLevelSettings")...)
		for _, subset := range listOf(spec, "subsets") {
			traffic = append(traffic, nested(subset, "trafficPolicy"))
		}
		for _, t := range traffic {
			policy.BreaksCircuits = policy.BreaksCircuits || t["outlierDetection"] != nil
		}
		return policy
	}
	policy.BreaksCircuits = spec["circuitBreaker"] != nil || nested(spec, "healthCheck")["passive"] != nil
	policy.LimitsRate = spec["rateLimit"] != nil
	for _, ref := range append(listOf(spec, "targetRefs"), nested(spec, "targetRef")) {
		if name := text(ref, "name"); name != "" {
			policy.Targets = append(policy.Targets, PolicyTarget{text(ref, "kind"), name})
		}
	}
	return policy
}

// nested, listOf and text read custom resources, whose fields may be of any
// type: what is not of the expected one is as good as absent.
func nested(object map[string]any, name string) map[string]any {
	inner, _ := object[name].(map[string]any)
	return inner
}

func listOf(object map[string]any, name string) []map[string]any {
	items, _ := object[name].([]any)
	var objects []map[string]any
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

func text(object map[string]any, name string) string {
	s, _ := object[name].(string)
	return s
}
