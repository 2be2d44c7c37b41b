package probes

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ReadinessProbeMissing finds containers that get traffic without being asked
// whether they can take it.
var ReadinessProbeMissing = &audit.Check{
	ID: "readiness-probe-missing", Category: Category, Severity: report.High, Since: "v0.1.0",
	Title: "A container that takes traffic has no readiness probe",
	Needs: []inventory.Resource{inventory.Services},
	Judge: audit.Workloads(readinessProbeMissing),
	Doc: audit.Doc{
		What: "A Service selects the workload, and the container that declares the port at which the Service aims has " +
			"no readiness probe. Where no container declares that port, the pod is flagged if none of its containers " +
			"and sidecars has one. Low when no Service selects the workload, or only Services that publish addresses " +
			"that are not ready: then only rollouts and disruption budgets ask for readiness. Not asked of Jobs, " +
			"CronJobs, pods that do not restart always, and finished pods.",
		Why: "Without the probe a container counts as ready as soon as it has started. At every rollout, scale-up and " +
			"restart, clients reach it while it still loads, and the rollout goes on to the next pod because this one " +
			"looks fine. A container that hangs or lost its database keeps its share of the traffic: the errors come " +
			"and go with the load balancing, and nothing in the cluster looks wrong.",
		Fix: "Probe what a request needs: an HTTP path or a gRPC health service that the program answers once it can " +
			"serve, or a command. To connect to the port shows only that something listens. Leave out what all " +
			"replicas share, such as the database, unless none of them can answer anything without it: they would " +
			"leave the Service together.",
		Blind: "Whether the probe asks a sensible question is not seen. A port that no container declares may lead to " +
			"any of them: a probe on one of them then counts. Services without a selector are not followed to pods. " +
			"A readiness gate or a load balancer's own health check may stand in for the probe.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

func readinessProbeMissing(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() || len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	if !slices.ContainsFunc(w.Services, func(s *inventory.Service) bool { return !s.PublishesNotReady }) {
		for _, t := range w.Templates {
			if !anyReadiness(t) {
				faults = append(faults, unserved(w, t))
			}
		}
		return audit.Faults(faults...)
	}
	for _, g := range gaps(w) {
		faults = append(faults, g.fault(w))
	}
	return audit.Faults(faults...)
}

func anyReadiness(t *inventory.Template) bool {
	return slices.ContainsFunc(t.LongRunning(), func(c *corev1.Container) bool { return c.ReadinessProbe != nil })
}

// gap is a container that gets traffic and has no readiness probe.
type gap struct {
	template *inventory.Template
	// container is nil where it could be any of the pod's.
	container *corev1.Container
	services  []string
	// ports are those of the Services' targets that the container declares.
	ports []string
	// answers is one that a probe can connect to, if known.
	answers *intstr.IntOrString
}

// gaps are the containers of all revisions that get traffic unasked, one of
// each name.
func gaps(w *inventory.Workload) []*gap {
	var all []*gap
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
				i := slices.IndexFunc(all, func(g *gap) bool { return nameOf(g.container) == nameOf(c) })
				if i < 0 {
					i, all = len(all), append(all, &gap{template: t, container: c})
				}
				all[i].add(r)
			}
		}
	}
	if len(all) > 1 {
		// What is known of some of the containers says it all.
		all = slices.DeleteFunc(all, func(g *gap) bool { return g.container == nil })
	}
	return all
}

// only is the container that must be meant because there is no other.
func only(t *inventory.Template) *corev1.Container {
	if running := t.LongRunning(); len(running) == 1 {
		return running[0]
	}
	return nil
}

func (g *gap) add(r route) {
	if !slices.Contains(g.services, r.service.Name) {
		g.services = append(g.services, r.service.Name)
	}
	if r.port == nil {
		return
	}
	declared := g.container != nil && r.endsAt(g.container)
	if text := r.port.String(); declared && !slices.Contains(g.ports, text) {
		g.ports = append(g.ports, text)
	}
	// A name that nobody declares is no port that could be probed.
	if g.answers == nil && r.protocol == corev1.ProtocolTCP && (declared || r.port.Type == intstr.Int) {
		g.answers = r.port
	}
}

func (g *gap) fault(w *inventory.Workload) audit.Fault {
	evidence := evidenceOf(g.template, g.container)
	evidence["services"] = g.services
	if len(g.ports) > 0 {
		evidence["ports"] = g.ports
	}
	return audit.Fault{
		Container: nameOf(g.container),
		Message:   noReadinessProbe(g.container) + ", though " + g.traffic(),
		Evidence:  evidence,
		Fix: addProbes(w, g.template, g.container,
			"add a readiness probe: at best a request that needs what clients need, at least a connection",
			field{"readinessProbe", connect(g.answers, "")}),
	}
}

// maxNamed is how many Services a message names.
const maxNamed = 3

func (g *gap) traffic() string {
	switch n := len(g.services); {
	case n > maxNamed:
		return fmt.Sprintf("%d Services select it", n)
	case n > 1:
		return "Services " + strings.Join(g.services, ", ") + " select it"
	case len(g.ports) == 0:
		return "Service " + g.services[0] + " selects it"
	case len(g.ports) == 1:
		return "Service " + g.services[0] + " leads to its port " + g.ports[0]
	}
	return "Service " + g.services[0] + " leads to its ports " + strings.Join(g.ports, ", ")
}

// unserved is the fault of pods to which no Service that asks for readiness
// leads.
func unserved(w *inventory.Workload, t *inventory.Template) audit.Fault {
	c := only(t)
	why := "no Service selects it"
	if len(w.Services) > 0 {
		why = "Service " + w.Services[0].Name + " leads to it ready or not"
	}
	var port *intstr.IntOrString
	if c != nil {
		port = tcpPort(c)
	}
	return audit.Fault{
		Container: nameOf(c), Severity: report.Low,
		Message:  noReadinessProbe(c) + "; " + why,
		Evidence: evidenceOf(t, c),
		Fix: addProbes(w, t, c,
			"add a readiness probe that succeeds once it works: rollouts and disruption budgets wait for it",
			field{"readinessProbe", connect(port, "")}),
	}
}

func noReadinessProbe(c *corev1.Container) string {
	if c == nil {
		return "no readiness probe in any container"
	}
	return "no readiness probe"
}
