package shutdown

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PreStopMissing finds servers that get SIGTERM while they still get
// traffic.
var PreStopMissing = &audit.Check{
	ID: "pre-stop-missing", Category: Category, Severity: api.Low, Since: "v0.1.0",
	Field: "lifecycle.preStop",
	Title: "Container that receives traffic has no preStop hook",
	Reads: audit.Reads{Needs: []inventory.Resource{inventory.Services}},
	Judge: audit.Over(audit.Workloads, preStopMissing),
	Doc: audit.Doc{
		What: "A Service sends traffic to a container of the workload's newest pods, and the container has no preStop " +
			"hook (a command, a request or a sleep). It is the container that declares the Service's target port; if " +
			"none does, a hook in any long-running container is enough. Pods that are meant to end are not judged.",
		Why: "When a pod is deleted, two things start at once: the kubelet sends SIGTERM, and the endpoint is removed " +
			"from the tables of every node, which takes seconds. A program that exits immediately refuses the " +
			"connections that still arrive: each rollout and each drain causes a short burst of errors (502, " +
			"connection refused) that is hard to reproduce.",
		Fix: "Sleep a few seconds in a preStop hook, so that SIGTERM comes when new connections no longer do: 5 " +
			"seconds are enough inside a cluster, but an external load balancer may need 15 or more. The sleep is part " +
			"of the grace period, which must leave the program enough time to finish its requests.",
		Limitations: "The program may continue to serve for a while after SIGTERM, or its clients may retry: neither " +
			"is visible. What a hook does is not judged. Traffic that does not come through a Service is not seen. " +
			"Services that publish pods that are not ready are ignored.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
			"https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
			"https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
		},
	},
}

func preStopMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 || w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	t := w.Templates[0]
	servers, services := serving.Servers(w, t)
	if len(services) == 0 {
		return audit.NotApplicable()
	}
	without := slices.DeleteFunc(servers, hasPreStop)
	if len(servers) == 0 {
		without = unknownServer(t)
	}
	var faults []audit.Fault
	for _, c := range without {
		fault := audit.Fault{
			Message:  "no preStop hook: " + servicesText(services) + " it traffic when it stops",
			Evidence: api.Evidence{"services": services},
		}
		if c == nil {
			fault.Fix = audit.Fix{Advice: "let the container that serves sleep a few seconds before it stops"}
		} else {
			fault.Container = c.Name
			fault.Fix = remedy.Container(w, t, c.Name, "let it sleep a few seconds before it gets SIGTERM",
				remedy.Fields{"lifecycle": remedy.Fields{"preStop": sleep(p.ServerVersion(), graceOf(t))}})
		}
		faults = append(faults, fault)
	}
	return audit.Faults(faults...)
}

func hasPreStop(c *corev1.Container) bool { return c.Lifecycle != nil && c.Lifecycle.PreStop != nil }

// unknownServer returns the only app container or nil, for one of several, if no
// container has a hook.
func unknownServer(t *inventory.Template) []*corev1.Container {
	if slices.ContainsFunc(t.LongRunning(), hasPreStop) {
		return nil
	}
	if apps := t.Apps(); len(apps) == 1 {
		return apps
	}
	return []*corev1.Container{nil}
}

// servicesText says "Service web still sends".
func servicesText(names []string) string {
	if len(names) == 1 {
		return "Service " + names[0] + " still sends"
	}
	return "Services " + strings.Join(names, ", ") + " still send"
}

// sleep proposes a hook that sleeps 5 seconds, or half of a grace period that is
// shorter than twice that. Before Kubernetes 1.30, only a program in the image
// can sleep.
func sleep(server string, grace int64) remedy.Fields {
	seconds := min(5, max(grace/2, 1))
	if v, err := version.ParseGeneric(server); err == nil && v.LessThan(version.MajorMinor(1, 30)) {
		return remedy.Fields{"exec": remedy.Fields{"command": []string{"sleep", quantity(seconds)}}}
	}
	return remedy.Fields{"sleep": remedy.Fields{"seconds": seconds}}
}
