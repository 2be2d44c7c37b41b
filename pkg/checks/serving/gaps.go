// Package serving knows which containers of a pod take traffic, and which of
// them nobody asks whether they can.
package serving

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Gap is a container that has no readiness probe and should have one.
type Gap struct {
	Template *inventory.Template
	// Container is nil where it could be any of the pod's.
	Container *corev1.Container
	// Services lead to it and would heed a probe. Where there are none, only
	// rollouts and disruption budgets would.
	Services []string
	// Ports are those of the Services' targets that the container declares.
	Ports []string
	// Answers is a port that a probe can connect to, if known.
	Answers *intstr.IntOrString
}

// Gaps are the containers of all revisions that take traffic and are not asked
// whether they are ready, one of each name. Where no Service would heed a probe,
// they are the revisions without any.
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
		// What is known of some of the containers says it all.
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

// Name is the container's; empty where it could be any of the pod's.
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
	// A name that nobody declares is no port that could be probed.
	if g.Answers == nil && r.protocol == corev1.ProtocolTCP && (declared || r.port.Type == intstr.Int) {
		g.Answers = r.port
	}
}

func anyReadiness(t *inventory.Template) bool {
	return slices.ContainsFunc(t.LongRunning(), func(c *corev1.Container) bool { return c.ReadinessProbe != nil })
}

// only is the container that must be meant because there is no other.
func only(t *inventory.Template) *corev1.Container {
	if running := t.LongRunning(); len(running) == 1 {
		return running[0]
	}
	return nil
}

// TCPPort is the first port that a container declares for TCP.
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
