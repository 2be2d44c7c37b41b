package traffic

import (
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ServiceSingleEndpoint finds Services with a single serving pod.
var ServiceSingleEndpoint = &audit.Check{
	ID: "service-single-endpoint", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title: "Service has only one ready endpoint",
	Reads: audit.Reads{
		Needs:    []inventory.Resource{inventory.Pods, inventory.EndpointSlices},
		Optional: append([]inventory.Resource{inventory.HorizontalPodAutoscalers}, inventory.Controllers...),
	},
	Options: []audit.Option{singleGrace},
	Judge:   audit.Over(audit.Services, serviceSingleEndpoint),
	Doc: audit.Doc{
		What: "Exactly one endpoint of a Service serves, and none of its pods appeared, disappeared or changed its " +
			"readiness in the last 15 minutes: rollouts and scaling pass through such a moment. A Service that selects " +
			"one of several pods of a workload, for example the primary of a database, is meant to have one endpoint " +
			"and is not flagged.",
		Why: "The next event of any kind is an outage: a drained node, an eviction, a crash, a failed probe, a slow " +
			"restart. Nothing can answer until a new pod is placed, has pulled its image and is ready. That takes " +
			"seconds to many minutes, and never happens if it fits on no node.",
		Fix: "Run at least two pods, on two nodes, with a PodDisruptionBudget that keeps one of them running. If an " +
			"autoscaler sets the replicas, raise its minimum to 2. If the program cannot run twice, because it keeps " +
			"state or a lock, find out how long a restart takes and whether clients tolerate it.",
		Limitations: "Whether one endpoint is enough for the Service is not known. Pods that become ready only as " +
			"leaders look like a Service with one endpoint. Services that publish pods that are not ready, that have " +
			"no selector, or whose endpoints somebody else writes are not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
			"https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
		},
	},
}

var singleGrace = audit.Duration("grace", 15*time.Minute, "how long its pods must have been unchanged")

func serviceSingleEndpoint(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) || s.PublishesNotReady || s.MetricsOnly || !controllerWrites(s) {
		return audit.NotApplicable()
	}
	all := endpointsOf(s)
	if all.serving != 1 {
		return audit.Faults()
	}
	if picksOne(s) || !settled(p, s, singleGrace.In(p)) {
		return audit.NotApplicable()
	}
	evidence := api.Evidence{"endpoints": all.count()}
	n, known := wanted(s)
	if known {
		evidence["wanted"] = n
	}
	if ready := unlisted(p, s); len(ready) > 0 {
		message, fix := whyNotListed(s, ready)
		return audit.Faults(audit.Fault{
			Pods: ready, Message: "one endpoint receives all traffic: " + message, Evidence: evidence, Fix: fix,
		})
	}
	if should := max(n, all.count()); should > 1 {
		return audit.Faults(audit.Fault{
			Message:  fmt.Sprintf("only 1 of %d pods receives traffic: when it fails, nothing answers", should),
			Evidence: evidence, Since: lastIdle(all.idle),
			Fix: audit.Fix{
				Advice:  "find out why the others are not ready, or missing",
				Command: audit.Kubectl("describe", "pods").In(s.Namespace).Flag("-l", selectorText(s)),
			},
		})
	}
	return audit.Faults(audit.Fault{
		Message:  "one endpoint receives all traffic: when it fails, nothing answers",
		Evidence: evidence, Fix: addReplica(s),
	})
}

// picksOne reports whether the selector excludes other pods of the workload on
// purpose: it asks for a role that one of them has, or for a pod by name.
func picksOne(s *inventory.Service) bool {
	for _, name := range []string{appsv1.StatefulSetPodNameLabel, appsv1.PodIndexLabel} {
		if s.Selector[name] != "" {
			return true
		}
	}
	return slices.ContainsFunc(s.Workloads, func(w *inventory.Workload) bool {
		return slices.ContainsFunc(w.Pods, func(pod *inventory.Pod) bool {
			return !pod.Deleting() && !pod.Finished() && s.PodNamed(pod.Name) == nil
		})
	})
}

// lastIdle returns when the last of the pods stopped serving, zero without any.
func lastIdle(pods []*inventory.Pod) time.Time {
	var last time.Time
	for _, pod := range pods {
		if since := idleSince(pod); since.After(last) {
			last = since
		}
	}
	return last
}

// addReplica scales the workload behind the Service, if there is only one.
func addReplica(s *inventory.Service) audit.Fix {
	const advice = "run at least 2 pods, if the program can run twice"
	if len(s.Workloads) == 1 {
		return remedy.SecondReplica(s.Workloads[0], advice)
	}
	return audit.Fix{Advice: advice}
}
