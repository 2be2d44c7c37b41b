package probes

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ReadinessProbeMissing finds containers that get traffic without a check that
// they can serve it.
var ReadinessProbeMissing = &audit.Check{
	ID: "readiness-probe-missing", Category: Category, Severity: api.High, Since: "v0.1.0",
	Field: "readinessProbe",
	Title: "Container has no readiness probe",
	Reads: audit.Reads{Needs: []inventory.Resource{inventory.Services}},
	Judge: audit.Over(audit.Workloads, readinessProbeMissing),
	Doc: audit.Doc{
		What: "A Service selects the workload, and the container that declares the port to which the Service sends " +
			"traffic has no readiness probe. If no container declares that port, the pod is flagged when none of its " +
			"containers and sidecars has one. Info when no Service selects the workload, or only Services that serve " +
			"metrics or publish addresses that are not ready: readiness then matters only for rollouts and disruption " +
			"budgets. A Service serves metrics if its name or the names of all its ports say so, or if a " +
			"ServiceMonitor scrapes all its ports and nothing else is known to use it: no Ingress or HTTPRoute, no " +
			"NodePort, load balancer or external IP, and neither several replicas nor an autoscaler. Jobs, CronJobs, " +
			"pods whose restartPolicy is not Always, and finished pods are not judged.",
		Why: "Without the probe a container counts as ready as soon as it has started. At every rollout, scale-up and " +
			"restart, clients reach it while it still loads, and the rollout replaces the next pod because this one " +
			"seems fine. A container that hangs, or has lost its database, keeps its share of the traffic: some " +
			"requests fail, others do not, and nothing in the cluster looks wrong.",
		Fix: "Probe what a request needs: an HTTP path or a gRPC health service that the program answers once it can " +
			"serve, or a command. Connecting to the port shows only that something listens. Do not check what all " +
			"replicas share, such as the database, unless none of them can answer anything without it: they would all " +
			"leave the Service together.",
		Limitations: "Whether the probe checks something useful is not known. A port that no container declares may " +
			"belong to any of them, so a probe on any of them counts. Services without a selector are not followed to " +
			"pods. Clients inside the cluster are not known: a single replica seems to have none if a ServiceMonitor " +
			"scrapes the only port of its Service. A readiness gate or a load balancer's own health check may replace " +
			"the probe.",
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
	for _, g := range serving.Gaps(w) {
		faults = append(faults, unasked(w, g))
	}
	return audit.Faults(faults...)
}

func unasked(w *inventory.Workload, g *serving.Gap) audit.Fault {
	evidence := evidenceOf(g.Template, g.Container)
	probe := field{"readinessProbe", connect(g.Answers, "")}
	if len(g.Services) == 0 {
		return audit.Fault{
			Container: g.Name(), Severity: api.Info,
			Message:  noReadinessProbe(g.Container) + "; " + unserved(w),
			Evidence: evidence,
			Fix: addProbes(w, g.Template, g.Container,
				"add a readiness probe that succeeds once the program works: rollouts and disruption budgets wait for it", probe),
		}
	}
	evidence["services"] = g.Services
	if len(g.Ports) > 0 {
		evidence["ports"] = g.Ports
	}
	return audit.Fault{
		Container: g.Name(),
		Message:   noReadinessProbe(g.Container) + ", though " + traffic(g),
		Evidence:  evidence,
		Fix: addProbes(w, g.Template, g.Container,
			"add a readiness probe: at least a connection, preferably a request that needs what clients need", probe),
	}
}

// maxNamed limits how many Services a message names.
const maxNamed = 3

func traffic(g *serving.Gap) string {
	switch n := len(g.Services); {
	case n > maxNamed:
		return fmt.Sprintf("%d Services select it", n)
	case n > 1:
		return "Services " + strings.Join(g.Services, ", ") + " select it"
	case len(g.Ports) == 0:
		return "Service " + g.Services[0] + " selects it"
	case len(g.Ports) == 1:
		return "Service " + g.Services[0] + " sends traffic to its port " + g.Ports[0]
	}
	return "Service " + g.Services[0] + " sends traffic to its ports " + strings.Join(g.Ports, ", ")
}

// unserved says why readiness does not matter for traffic.
func unserved(w *inventory.Workload) string {
	if len(w.Services) > 0 {
		return "Service " + w.Services[0].Name + " sends traffic to it, ready or not"
	}
	return "no Service sends requests to it"
}

func noReadinessProbe(c *corev1.Container) string {
	if c == nil {
		return "no readiness probe in any container"
	}
	return "no readiness probe"
}
