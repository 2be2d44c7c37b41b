package resources

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// NodeNotReady finds nodes that cannot run pods, or soon will not.
var NodeNotReady = &audit.Check{
	ID: "node-not-ready", Category: Category, Severity: api.Critical, Since: "v0.1.0", Live: true,
	Title:   "Node is NotReady or under pressure",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Pods}},
	Options: []audit.Option{notReadyGrace, youngNode, leavingTaints},
	Judge:   audit.Over(audit.Nodes, nodeNotReady),
	Doc: audit.Doc{
		What: "The condition Ready of a node has not been True for 5 minutes. High instead of critical, and without " +
			"waiting, for a node that is Ready but reports MemoryPressure, DiskPressure or PIDPressure. Medium for a " +
			"node that is being removed, according to a taint of an autoscaler or of its cloud provider (a cordon " +
			"alone does not count), and for one that joined less than 15 minutes ago. The finding also covers the pods " +
			"and rollouts that the node took down: they get no findings of their own.",
		Why: "When a node stops reporting, it gets the taint node.kubernetes.io/unreachable. Its pods are removed from " +
			"their Services and, after 5 minutes, replaced on other nodes, if there is room. Pods of a StatefulSet are " +
			"not replaced: they might still run on their node, so a database stays down until somebody intervenes. A " +
			"node under pressure accepts no more pods and starts to evict those that it has.",
		Fix: "Check the node's conditions and Events first, then its kubelet and container runtime (journalctl -u " +
			"kubelet) and its disks. If the machine is off for good, add the out-of-service taint, so that deleted " +
			"pods are removed and their volumes detached, and delete the Node object. Under pressure, free space on " +
			"the disk, find out which pods use the memory, and set their requests.",
		Limitations: "A node that changes between Ready and NotReady, and is Ready at the moment, is not flagged. A " +
			"node that was switched off on purpose, and is still listed, is flagged.",
		References: []string{
			"https://kubernetes.io/docs/reference/node/node-status/",
			"https://kubernetes.io/docs/tasks/debug/debug-cluster/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
		},
	},
}

var (
	notReadyGrace = audit.Duration("grace", 5*time.Minute, "how long a node may be NotReady")
	youngNode     = audit.Duration("young", 15*time.Minute, "how long a new node may take to become ready")
	leavingTaints = audit.List("leaving-taints", []string{
		"ToBeDeletedByClusterAutoscaler", "aws-node-termination-handler/asg-lifecycle-termination",
		"aws-node-termination-handler/rebalance-recommendation", "aws-node-termination-handler/scheduled-maintenance",
		"aws-node-termination-handler/spot-itn", "cloud.google.com/impending-node-termination",
		"karpenter.sh/disrupted", "karpenter.sh/disruption", "node.kubernetes.io/out-of-service",
	}, "keys of taints that mark a node as being removed")
)

var pressures = []corev1.NodeConditionType{
	corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure,
}

func nodeNotReady(p *audit.Pass, n *inventory.Node) audit.Verdict {
	ready, said := n.Condition(corev1.NodeReady)
	switch {
	case !said:
		return audit.Unknown("node " + n.Name + " has no condition Ready")
	case ready.Status != corev1.ConditionTrue:
		// The last report of a kubelet that no longer reports is outdated.
		if p.Within(ready.LastTransitionTime.Time, notReadyGrace.In(p)) {
			return audit.NotApplicable()
		}
		return audit.Faults(notReadyFault(p, n, ready))
	}
	var faults []audit.Fault
	for _, c := range n.Conditions {
		if c.Status == corev1.ConditionTrue && slices.Contains(pressures, c.Type) {
			fault := conditionFault(p, n, string(c.Type), c)
			fault.Severity = api.High
			faults = append(faults, fault)
		}
	}
	return audit.Faults(faults...)
}

// notReadyFault is less severe for a node that joins or leaves, and lists the
// pods that hang because of it.
func notReadyFault(p *audit.Pass, n *inventory.Node, ready corev1.NodeCondition) audit.Fault {
	fault := conditionFault(p, n, "not ready", ready)
	taint := slices.IndexFunc(n.Taints, func(t corev1.Taint) bool { return slices.Contains(leavingTaints.In(p), t.Key) })
	switch {
	case taint >= 0:
		fault.Severity = api.Medium
		fault.Message = "being removed according to taint " + n.Taints[taint].Key + ", and " + fault.Message
		fault.Evidence["taint"] = n.Taints[taint].Key
		return fault
	case p.Within(n.Created, youngNode.In(p)):
		fault.Severity = api.Medium
		fault.Message = "joined " + p.Age(n.Created) + " ago, " + fault.Message
		return fault
	}
	fault.Pods = hanging(p, n)
	if stuck := len(fault.Pods); stuck > 0 {
		fault.Message += "; " + amount.Count(stuck, "deleted pod") + " on it cannot be removed"
		fault.Evidence["podsStuck"] = stuck
		fault.Fix = remedy.OutOfService(n.Name,
			"check what its kubelet reports and bring it back; if it is off for good, add the out-of-service taint to remove its deleted pods")
	}
	return fault
}

// hanging returns the pods of a node that were deleted but still exist, the
// oldest deletion first.
func hanging(p *audit.Pass, n *inventory.Node) []*inventory.Pod {
	var pods []*inventory.Pod
	for _, deleted := range n.Load.Deleted {
		if !p.Within(deleted.At, notReadyGrace.In(p)) {
			pods = append(pods, &inventory.Pod{Node: n.Name, Object: inventory.Object{
				APIVersion: "v1", Kind: "Pod", Namespace: deleted.Namespace, Name: deleted.Name, Deletion: &inventory.Deletion{At: deleted.At},
			}})
		}
	}
	slices.SortStableFunc(pods, func(a, b *inventory.Pod) int { return a.Deletion.At.Compare(b.Deletion.At) })
	return pods
}

func conditionFault(p *audit.Pass, n *inventory.Node, message string, c corev1.NodeCondition) audit.Fault {
	if !c.LastTransitionTime.IsZero() {
		message += " for " + p.Age(c.LastTransitionTime.Time)
	}
	switch {
	case c.Message != "":
		message += ": " + strings.TrimSuffix(c.Message, ".")
	case c.Reason != "":
		message += ": " + c.Reason
	}
	return audit.Fault{
		Message:  message,
		Evidence: api.Evidence{"condition": string(c.Type), "status": string(c.Status), "reason": c.Reason},
		Since:    c.LastTransitionTime.Time,
		Fix:      describeNode(n, "check what its kubelet reports"),
	}
}
