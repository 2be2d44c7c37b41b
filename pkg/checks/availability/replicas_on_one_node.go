package availability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ReplicasOnOneNode finds replicas that the loss of one node ends together.
var ReplicasOnOneNode = &audit.Check{
	ID: "replicas-on-one-node", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true, Urgency: report.NextEvent,
	Title: "All replicas run on one node",
	Needs: []inventory.Resource{inventory.Pods},
	Uses:  []inventory.Resource{inventory.Nodes},
	Judge: audit.Workloads(replicasOnOneNode),
	Doc: audit.Doc{
		What: "A workload has at least 2 ready pods, all of them on one node, while another node could take one: it is " +
			"ready and not cordoned, the pods tolerate its taints, and their nodeSelector and required node affinity " +
			"allow it. Not asked of DaemonSets, Jobs and CronJobs, nor of custom resources whose pods have different " +
			"controllers.",
		Why: "The replicas look like safety and are none: when the node dies, all of them are gone at once, and the " +
			"control plane takes minutes to start others elsewhere. It often comes about in the night, when an " +
			"autoscaler or an upgrade moves everything onto the one node that has room, and nothing moves it back.",
		Fix: "Restart the rollout once: the scheduler prefers nodes without a replica when they have room. To keep it so, " +
			"add a topology spread constraint or a pod anti-affinity on kubernetes.io/hostname. Where there is no room " +
			"elsewhere, lower the requests to what is used, or add a node.",
		Blind: "What the other node has left to allocate is not computed, nor are volumes: a ReadWriteOnce or local volume " +
			"can hold all pods on one node, and inter-pod affinity may want them there. In a cluster with one node, " +
			"or one such node, nothing is flagged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
		},
	},
}

func replicasOnOneNode(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	ready := readyReplicas(w)
	if len(ready) < 2 {
		return audit.NotApplicable()
	}
	name := ready[0].Node
	for _, pod := range ready[1:] {
		if pod.Node != name {
			return audit.Faults()
		}
	}
	other := anotherNode(p, ready[0], func(n *inventory.Node) bool { return n.Name != name })
	switch why := p.WhyIncomplete("", inventory.Nodes); {
	case other == nil && why != "":
		return audit.Unknown(why)
	case other == nil:
		return audit.NotApplicable()
	}
	return audit.Faults(audit.Fault{
		Pods:     ready,
		Message:  fmt.Sprintf("all %d ready replicas run on %s, though %s could take one", len(ready), name, other.Name),
		Evidence: report.Evidence{"ready": len(ready), "node": name, "otherNode": other.Name},
		Fix:      spreadNow(w, "spread them over the nodes"),
	})
}
