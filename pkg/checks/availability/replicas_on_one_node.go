package availability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ReplicasOnOneNode finds replicas that the loss of one node ends together.
var ReplicasOnOneNode = &audit.Check{
	ID: "replicas-on-one-node", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title:    "All replicas run on one node",
	Reads:    audit.Reads{Needs: []inventory.Resource{inventory.Pods}, Optional: []inventory.Resource{inventory.Nodes}},
	Explains: []string{"replicas-in-one-zone"},
	Judge:    audit.Over(audit.Workloads, replicasOnOneNode),
	Doc: audit.Doc{
		What: "A workload has at least 2 ready pods, all on one node, although another node could run one: it is " +
			"ready and not cordoned, the pods tolerate its taints, and their nodeSelector and required node affinity " +
			"allow it. DaemonSets, Jobs, CronJobs and custom resources whose pods have different controllers are not " +
			"judged.",
		Why: "When this node fails, all replicas are lost at once, and it takes the control plane minutes to start " +
			"others elsewhere. It often happens after an autoscaler or an upgrade moved all pods to the one node that " +
			"had room: nothing moves them back.",
		Fix: "Restart the rollout once: the scheduler prefers nodes without a replica if they have room. To keep the " +
			"pods apart, add a topology spread constraint or a pod anti-affinity on kubernetes.io/hostname. If the " +
			"other nodes have no room, lower the requests to what is used, or add a node.",
		Limitations: "The free capacity of the other node is not computed. Volumes and inter-pod affinity are not " +
			"considered: a ReadWriteOnce or local volume can keep all pods on one node. Nothing is flagged in a " +
			"cluster with only one node, or only one suitable node.",
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
		Evidence: api.Evidence{"ready": len(ready), "node": name, "otherNode": other.Name},
		Fix:      spreadNow(w, "spread them over the nodes"),
	})
}
