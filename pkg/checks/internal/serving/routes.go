package serving

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// route is one way for traffic into the pods of a template.
type route struct {
	service  *inventory.Service
	protocol corev1.Protocol
	// port is the target of the Service, nil if it has none: a headless Service
	// need not.
	port *intstr.IntOrString
}

// routes returns the routes of Services that send traffic only to ready pods.
// Others would ignore a readiness probe.
func routes(w *inventory.Workload, t *inventory.Template, led map[way]bool) []route {
	var all []route
	for _, s := range w.Services {
		if s.PublishesNotReady || t.Admitted && !led[way{s, t}] {
			continue
		}
		for _, p := range s.Ports {
			port := p.TargetPort
			if port == (intstr.IntOrString{}) {
				port = intstr.FromInt32(p.Port)
			}
			all = append(all, route{s, cmp.Or(p.Protocol, corev1.ProtocolTCP), &port})
		}
		if len(s.Ports) == 0 {
			all = append(all, route{service: s})
		}
	}
	return all
}

// way is a Service that sends traffic to pods of a template.
type way struct {
	service  *inventory.Service
	template *inventory.Template
}

// ways distinguishes the revisions of a workload, and the pods of a custom
// resource: a Service may select only some of them.
func ways(w *inventory.Workload) map[way]bool {
	led := map[way]bool{}
	for _, s := range w.Services {
		var last *inventory.Template
		for _, p := range s.PodsOf(w) {
			if p.Template != last && !p.Deleting() {
				last = p.Template
				led[way{s, last}] = true
			}
		}
	}
	return led
}

// servers returns the containers that declare the port.
func (r route) servers(t *inventory.Template) []*corev1.Container {
	return slices.DeleteFunc(slices.Clone(t.LongRunning()), func(c *corev1.Container) bool { return !r.endsAt(c) })
}

func (r route) endsAt(c *corev1.Container) bool {
	return r.port != nil && slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool {
		return cmp.Or(p.Protocol, corev1.ProtocolTCP) == r.protocol &&
			(r.port.Type == intstr.Int && p.ContainerPort == r.port.IntVal ||
				r.port.Type == intstr.String && p.Name == r.port.StrVal)
	})
}
