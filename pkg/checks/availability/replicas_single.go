package availability

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ReplicasSingle finds Services with only one pod behind them.
var ReplicasSingle = &audit.Check{
	ID: "replicas-single", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field: "replicas",
	Title: "Service depends on a single pod",
	Reads: audit.Reads{
		Needs:    []inventory.Resource{inventory.Services},
		Optional: []inventory.Resource{inventory.HorizontalPodAutoscalers},
	},
	Judge: audit.Over(audit.Workloads, replicasSingle),
	Doc: audit.Doc{
		What: "A Deployment or StatefulSet that a Service selects asks for exactly one replica, no other workload is " +
			"behind that Service, and no autoscaler may raise it above one. A Service that only serves metrics does " +
			"not count. Workloads that are scaled to 0 are not judged.",
		Why: "The pod is a single point of failure. When it stops, the service stops: after a node failure for " +
			"minutes, until the control plane replaces the pod, and after each drain, eviction, crash or OOM kill for " +
			"as long as a start takes. No node can be upgraded without an outage of the service that it runs.",
		Fix: "Run at least two replicas on different nodes, with a readiness probe and a PodDisruptionBudget with " +
			"maxUnavailable 1. A program that must run alone, because it keeps state in memory or holds a lock, needs " +
			"leader election first. If the replicas of a Deployment share a volume, it must be one that several pods " +
			"can mount (ReadWriteMany). A database needs its own replication: a second pod of a StatefulSet starts " +
			"with an empty volume.",
		Limitations: "Whether the program can run twice is not known, nor what an interruption would cost. An " +
			"autoscaler with a minimum of one may leave a single pod when traffic is low and is not flagged. Custom " +
			"resources are not judged: their replicas may mean something else.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment",
			"https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
		},
	},
}

func replicasSingle(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if !scalable(w) || *w.Replicas == 0 || len(w.Services) == 0 {
		return audit.NotApplicable()
	}
	scales := func(h *inventory.HorizontalPodAutoscaler) bool { return h.Max > 1 }
	if *w.Replicas > 1 || slices.ContainsFunc(w.Autoscalers, scales) {
		return audit.Faults()
	}
	if why := p.WhyIncomplete(w.Namespace, inventory.HorizontalPodAutoscalers); len(w.Autoscalers) == 0 && why != "" {
		return audit.Unknown(why)
	}
	alone := aloneBehind(w)
	if len(alone) == 0 {
		return audit.Faults()
	}
	return audit.Faults(audit.Fault{
		Pods: w.Judged(), Message: "1 replica behind " + namesOf(alone) + ": while its pod is down, nothing serves traffic",
		Evidence: api.Evidence{"replicas": 1, "services": serving.Names(alone)},
		Fix:      remedy.SecondReplica(w, "run at least 2 replicas"),
	})
}
