// Package serving finds the containers of a pod that receive traffic, and which of
// them have no readiness probe.
package serving

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Gap is a container that should have a readiness probe but has none.
type Gap struct {
	Template *inventory.Template
	// Container is nil if it could be any of the pod's.
	Container *corev1.Container
	// Services send traffic to it and would respect a probe. Without any, only rollouts
	// and disruption budgets would.
	Services []string
	// Ports lists the targets of the Services that the container declares.
	Ports []string
	// Answers is a port that a probe can connect to, if known.
	Answers *intstr.IntOrString
}

// Gaps returns the containers of all revisions that receive traffic without a
// readiness probe, one of each name. If no Service would respect a probe, it
// returns the revisions without any.
func Gaps(w *inventory.Workload) []*Gap {
	if !slices.ContainsFunc(w.Services, func(s *inventory.Service) bool { return !s.PublishesNotReady }) {
		return unserved(w)
	}
	var all []*Gap
	led := ways(w)
	for _, t := range w.Templates {
		for _, r := range routes(w, t, led) {
			servers := r.servers(t)
			if len(servers) == 0 && !anyReadiness(t) {
				servers = []*corev1.Container{only(t)}
			}
			for _, c := range servers {
				if c != nil && c.ReadinessProbe != nil {
					continue
				}
				i := slices.IndexFunc(all, func(g *Gap) bool { return g.Name() == nameOf(c) })
				if i < 0 {
					i, all = len(all), append(all, &Gap{Template: t, Container: c})
				}
				all[i].add(r)
			}
		}
	}
	if len(all) > 1 {
		// If some of the containers are known, they are enough.
		all = slices.DeleteFunc(all, func(g *Gap) bool { return g.Container == nil })
	}
	return all
}

func unserved(w *inventory.Workload) []*Gap {
	var all []*Gap
	for _, t := range w.Templates {
		if anyReadiness(t) {
			continue
		}
		g := &Gap{Template: t, Container: only(t)}
		if g.Container != nil {
			g.Answers = TCPPort(g.Container)
		}
		all = append(all, g)
	}
	return all
}

// Name is the container's; empty if it could be any of the pod's.
func (g *Gap) Name() string { return nameOf(g.Container) }

func nameOf(c *corev1.Container) string {
	if c == nil {
		return ""
	}
	return c.Name
}

func (g *Gap) add(r route) {
	if !slices.Contains(g.Services, r.service.Name) {
		g.Services = append(g.Services, r.service.Name)
	}
	if r.port == nil {
		return
	}
	declared := g.Container != nil && r.endsAt(g.Container)
	if text := r.port.String(); declared && !slices.Contains(g.Ports, text) {
		g.Ports = append(g.Ports, text)
	}
	// A name that no container declares is not a port for a probe.
	if g.Answers == nil && r.protocol == corev1.ProtocolTCP && (declared || r.port.Type == intstr.Int) {
		g.Answers = r.port
	}
}

func anyReadiness(t *inventory.Template) bool {
	return slices.ContainsFunc(t.LongRunning(), func(c *corev1.Container) bool { return c.ReadinessProbe != nil })
}

// only returns the only possible container, if there is just one.
func only(t *inventory.Template) *corev1.Container {
	if running := t.LongRunning(); len(running) == 1 {
		return running[0]
	}
	return nil
}

// TCPPort returns the first port that a container declares for TCP.
func TCPPort(c *corev1.Container) *intstr.IntOrString {
	for _, p := range c.Ports {
		if p.Protocol == "" || p.Protocol == corev1.ProtocolTCP {
			port := intstr.FromInt32(p.ContainerPort)
			if p.Name != "" {
				port = intstr.FromString(p.Name)
			}
			return &port
		}
	}
	return nil
}
