package availability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ReplicasInOneZone finds replicas that the loss of one zone ends together.
var ReplicasInOneZone = &audit.Check{
	ID: "replicas-in-one-zone", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title: "All replicas run in one zone",
	Reads: audit.Reads{Needs: []inventory.Resource{inventory.Pods}, Optional: []inventory.Resource{inventory.Nodes}},
	Judge: audit.Over(audit.Workloads, replicasInOneZone),
	Doc: audit.Doc{
		What: "A workload has at least 2 ready pods, all on nodes of one zone (label topology.kubernetes.io/zone), " +
			"although a node of another zone could run one: it is ready and not cordoned, the pods tolerate its " +
			"taints, and their nodeSelector and required node affinity allow it. DaemonSets, Jobs, CronJobs and custom " +
			"resources whose pods have different controllers are not judged. If all pods are on one node, " +
			"replicas-on-one-node reports it instead.",
		Why: "A cloud provider can lose a zone as a whole: its power, network or storage. The cluster spans several " +
			"zones, but this workload would still be down until its pods have started elsewhere, at a time when every " +
			"other workload needs room there as well.",
		Fix: "Add a topology spread constraint on topology.kubernetes.io/zone: ScheduleAnyway spreads the pods if " +
			"there is room, DoNotSchedule keeps them Pending if there is none. Volumes of most cloud providers belong " +
			"to one zone: existing pods of a StatefulSet stay with their volumes, and only new ones go to another zone.",
		Limitations: "The free capacity of the other zone is not computed, and volumes, which can keep a pod in its zone, " +
			"are not considered. A workload that stays in one zone on purpose, because of latency or the price of " +
			"traffic between zones, is flagged. Nodes without the label are in no zone.",
		References: []string{
			"https://kubernetes.io/docs/setup/best-practices/multiple-zones/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
		},
	},
}

func replicasInOneZone(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	ready := readyReplicas(w)
	if len(ready) < 2 {
		return audit.NotApplicable()
	}
	if why := p.WhyUnread("", inventory.Nodes); why != "" {
		return audit.Unknown(why)
	}
	zone := ""
	for i, pod := range ready {
		node := p.Node(pod.Node)
		switch {
		case node == nil || node.Zone == "":
			return audit.NotApplicable()
		case i == 0:
			zone = node.Zone
		case node.Zone != zone:
			return audit.Faults()
		}
	}
	other := anotherNode(p, ready[0], func(n *inventory.Node) bool { return n.Zone != "" && n.Zone != zone })
	if other == nil {
		return audit.NotApplicable()
	}
	return audit.Faults(audit.Fault{
		Pods:     ready,
		Message:  fmt.Sprintf("all %d ready replicas run in zone %s, though zone %s could take one", len(ready), zone, other.Zone),
		Evidence: api.Evidence{"ready": len(ready), "zone": zone, "otherZone": other.Zone},
		Fix:      spreadNow(w, "spread them over the zones"),
	})
}
