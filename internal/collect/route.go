package collect

import (
	"cmp"
	"maps"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/internal/untyped"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func projectIngress(i *networkingv1.Ingress) *inventory.Route {
	route := &inventory.Route{
		Object: objectOf("networking.k8s.io/v1", "Ingress", i), Class: ptr.Deref(i.Spec.IngressClassName, ""),
		Annotations: slices.Sorted(maps.Keys(i.Annotations)),
	}
	// The annotation is older than the field, and still in use.
	if class := i.Annotations[ingressClassAnnotation]; route.Class == "" {
		route.Class = class
	}
	add := func(host, path string, b *networkingv1.IngressBackend) {
		backend := inventory.Backend{Host: host, Path: path, Kind: "Service", Namespace: i.Namespace}
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

func projectHTTPRoute(u *unstructured.Unstructured) *inventory.Route {
	route := &inventory.Route{
		Object:      objectOf(u.GetAPIVersion(), u.GetKind(), u),
		Annotations: slices.Sorted(maps.Keys(u.GetAnnotations())),
	}
	spec := untyped.Object(u.Object, "spec")
	for _, parent := range untyped.List(spec, "parentRefs") {
		if cmp.Or(untyped.Text(parent, "kind"), "Gateway") == "Gateway" {
			route.Gateways = append(route.Gateways, inventory.Gateway{
				Namespace: cmp.Or(untyped.Text(parent, "namespace"), u.GetNamespace()), Name: untyped.Text(parent, "name"),
			})
		}
	}
	for _, rule := range untyped.List(spec, "rules") {
		for _, ref := range untyped.List(rule, "backendRefs") {
			port, _, _ := unstructured.NestedInt64(ref, "port")
			route.Backends = append(route.Backends, inventory.Backend{
				Kind:      cmp.Or(untyped.Text(ref, "kind"), "Service"),
				Namespace: cmp.Or(untyped.Text(ref, "namespace"), u.GetNamespace()), Name: untyped.Text(ref, "name"),
				Port: int32(min(max(port, 0), 1<<16)),
			})
		}
	}
	return route
}

// projectPolicy reads Istio's DestinationRule and Envoy Gateway's
// BackendTrafficPolicy.
func projectPolicy(u *unstructured.Unstructured) *inventory.TrafficPolicy {
	policy := &inventory.TrafficPolicy{Object: objectOf(u.GetAPIVersion(), u.GetKind(), u)}
	spec := untyped.Object(u.Object, "spec")
	if u.GetKind() == "DestinationRule" {
		policy.Hosts = []string{untyped.Text(spec, "host")}
		traffic := append([]map[string]any{untyped.Object(spec, "trafficPolicy")}, untyped.List(untyped.Object(spec, "trafficPolicy"), "portLevelSettings")...)
		for _, subset := range untyped.List(spec, "subsets") {
			traffic = append(traffic, untyped.Object(subset, "trafficPolicy"))
		}
		for _, t := range traffic {
			policy.BreaksCircuits = policy.BreaksCircuits || t["outlierDetection"] != nil
		}
		return policy
	}
	policy.BreaksCircuits = spec["circuitBreaker"] != nil || untyped.Object(spec, "healthCheck")["passive"] != nil
	policy.LimitsRate = spec["rateLimit"] != nil
	for _, ref := range append(untyped.List(spec, "targetRefs"), untyped.Object(spec, "targetRef")) {
		if name := untyped.Text(ref, "name"); name != "" {
			policy.Targets = append(policy.Targets, inventory.PolicyTarget{Kind: untyped.Text(ref, "kind"), Name: name})
		}
	}
	return policy
}

// ingressClass says which controller serves the Ingresses of a class.
type ingressClass struct {
	inventory.Object
	controller string
	isDefault  bool
}

func projectIngressClass(c *networkingv1.IngressClass) *ingressClass {
	return &ingressClass{
		Object: objectOf("networking.k8s.io/v1", "IngressClass", c), controller: c.Spec.Controller,
		isDefault: c.Annotations[defaultClassAnnotation] == "true",
	}
}

// ForeignBackends are the namespaces of other shards to which routes of a shard
// lead.
func (f *Facts) ForeignBackends(shard *inventory.Shard) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := map[string]bool{}
	for _, r := range f.routes {
		for i := range r.Backends {
			if namespace := r.Backends[i].Namespace; shard.Owns(r.Namespace) && !shard.Owns(namespace) {
				found[namespace] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
