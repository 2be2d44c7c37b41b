package collect

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/internal/untyped"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// serviceMonitor says which Services Prometheus scrapes, and on which ports.
type serviceMonitor struct {
	inventory.Object
	// namespaces are the namespaces in which it looks for Services, empty for all.
	namespaces []string
	everywhere bool
	selector   labels.Selector
	// ports are names of the Services' ports, targets are the ports behind them.
	ports, targets []string
}

func projectServiceMonitor(u *unstructured.Unstructured) *serviceMonitor {
	spec := untyped.Object(u.Object, "spec")
	within := untyped.Object(spec, "namespaceSelector")
	m := &serviceMonitor{Object: objectOf(u.GetAPIVersion(), u.GetKind(), u), namespaces: textsAt(within["matchNames"], nil), selector: labels.Nothing()}
	m.everywhere, _ = within["any"].(bool)
	if len(m.namespaces) == 0 {
		m.namespaces = []string{u.GetNamespace()}
	}
	var written metav1.LabelSelector
	if runtime.DefaultUnstructuredConverter.FromUnstructured(untyped.Object(spec, "selector"), &written) == nil {
		// A monitor that selects all Services says nothing about any of them.
		if s, err := metav1.LabelSelectorAsSelector(&written); err == nil && !s.Empty() {
			m.selector = s
		}
	}
	for _, endpoint := range untyped.List(spec, "endpoints") {
		port, target := untyped.Text(endpoint, "port"), targetOf(endpoint)
		switch {
		case port != "":
			m.ports = append(m.ports, port)
		case target != "":
			m.targets = append(m.targets, target)
		}
	}
	return m
}

// targetOf returns the number or the name of a port of the pods.
func targetOf(endpoint map[string]any) string {
	if number, isNumber := endpoint["targetPort"].(int64); isNumber {
		port := intstr.FromInt32(int32(min(max(number, 0), 1<<16)))
		return port.String()
	}
	return untyped.Text(endpoint, "targetPort")
}

// trimServiceMonitor keeps only the fields that are projected. The others say
// how to log in.
func trimServiceMonitor(u *unstructured.Unstructured) {
	kept := map[string]any{}
	spec := untyped.Object(u.Object, "spec")
	for _, field := range []string{"selector", "namespaceSelector"} {
		if value := untyped.Object(spec, field); value != nil {
			kept[field] = value
		}
	}
	var endpoints []any
	for _, endpoint := range untyped.List(spec, "endpoints") {
		ports := map[string]any{}
		for _, field := range []string{"port", "targetPort"} {
			if value := endpoint[field]; value != nil {
				ports[field] = value
			}
		}
		endpoints = append(endpoints, ports)
	}
	if endpoints != nil {
		kept["endpoints"] = endpoints
	}
	meta := map[string]any{"name": u.GetName()}
	if namespace := u.GetNamespace(); namespace != "" {
		meta["namespace"] = namespace
	}
	u.Object = map[string]any{"apiVersion": u.GetAPIVersion(), "kind": u.GetKind(), "metadata": meta, "spec": kept}
}

// relateMonitors removes Services that exist for a scraper from the workloads
// behind them, like Services whose names say so. Their endpoints are still
// judged, because programs that use them by name cannot be seen.
func (b *builder) relateMonitors() {
	if slices.ContainsFunc(inventory.Consumers, func(r inventory.Resource) bool { return b.unread[r] }) {
		return
	}
	byNamespace := map[string][]*inventory.Service{}
	for _, s := range b.inv.Services {
		if !s.MetricsOnly && len(s.Workloads) > 0 && !hasUsers(s) {
			byNamespace[s.Namespace] = append(byNamespace[s.Namespace], s)
		}
	}
	for _, m := range latest(b.facts.monitors) {
		if m.everywhere {
			for _, services := range byNamespace {
				m.take(services)
			}
			continue
		}
		for _, namespace := range m.namespaces {
			m.take(byNamespace[namespace])
		}
	}
}

// hasUsers reports whether anything but a scraper is known to use the Service. A
// Service that distributes requests over replicas has users: a scraper would
// need only one replica.
func hasUsers(s *inventory.Service) bool {
	return s.Exposed || len(s.Routes) > 0 || slices.ContainsFunc(s.Workloads, func(w *inventory.Workload) bool {
		return w.Replicas != nil && *w.Replicas > 1 || len(w.Autoscalers) > 0
	})
}

// take removes the Services that are scraped on all of their ports from their
// workloads.
func (m *serviceMonitor) take(services []*inventory.Service) {
	for _, s := range services {
		if !m.scrapes(s) {
			continue
		}
		for _, w := range s.Workloads {
			w.Services = slices.DeleteFunc(w.Services, func(other *inventory.Service) bool { return other == s })
		}
	}
}

func (m *serviceMonitor) scrapes(s *inventory.Service) bool {
	return len(s.Ports) > 0 && m.selector.Matches(labels.Set(s.Labels)) &&
		!slices.ContainsFunc(s.Ports, func(p corev1.ServicePort) bool {
			target := cmp.Or(p.TargetPort, intstr.FromInt32(p.Port))
			return !slices.Contains(m.ports, p.Name) && !slices.Contains(m.targets, target.String())
		})
}
