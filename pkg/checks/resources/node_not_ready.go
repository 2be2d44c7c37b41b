package resources

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// NodeNotReady finds nodes that do not run pods, or soon will not.
var NodeNotReady = &audit.Check{
	ID: "node-not-ready", Category: Category, Severity: report.Critical, Since: "v0.1.0", Live: true,
	Title:   "A node is not ready or under pressure",
	Options: []audit.Option{notReadyGrace},
	Judge:   audit.Nodes(nodeNotReady),
	Doc: audit.Doc{
		What: "The condition Ready of a node has not been True for 5 minutes. High instead of critical for a node that is " +
			"Ready but reports MemoryPressure, DiskPressure or PIDPressure, from the first moment on.",
		Why: "The pods of a node that does not report are taken out of their Services, and after 5 minutes deleted and made " +
			"anew elsewhere, if there is room. Pods of a StatefulSet are not: their node might still be running them, so " +
			"the database stays down until somebody decides. A node under pressure takes no more pods and starts to " +
			"evict those that it has.",
		Fix: "Look at the node's conditions and events first, then at its kubelet and container runtime (journalctl -u " +
			"kubelet) and its disks. A machine that is gone for good needs its Node object deleted, which frees its " +
			"pods' volumes. Pressure needs room: clean the disk, find who uses the memory, and give the pods requests.",
		Blind: "A node that comes and goes, and is Ready at this moment, is not seen. A node that was switched off on " +
			"purpose, and is still in the list, is flagged.",
		References: []string{
			"https://kubernetes.io/docs/reference/node/node-status/",
			"https://kubernetes.io/docs/tasks/debug/debug-cluster/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
		},
	},
}

var notReadyGrace = audit.Duration("grace", 5*time.Minute, "how long a node may be not ready")

var pressures = []corev1.NodeConditionType{
	corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure,
}

func nodeNotReady(p *audit.Pass, n *inventory.Node) audit.Verdict {
	ready, said := n.Condition(corev1.NodeReady)
	switch {
	case !said:
		return audit.Unknown("node " + n.Name + " has no condition Ready")
	case ready.Status != corev1.ConditionTrue:
		// What a kubelet said before it fell silent is not so now.
		if p.Within(ready.LastTransitionTime.Time, notReadyGrace.In(p)) {
			return audit.NotApplicable()
		}
		return audit.Faults(conditionFault(p, n, "not ready", ready))
	}
	var faults []audit.Fault
	for _, c := range n.Conditions {
		if c.Status == corev1.ConditionTrue && slices.Contains(pressures, c.Type) {
			fault := conditionFault(p, n, string(c.Type), c)
			fault.Severity = report.High
			faults = append(faults, fault)
		}
	}
	return audit.Faults(faults...)
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
		Evidence: report.Evidence{"condition": string(c.Type), "status": string(c.Status), "reason": c.Reason},
		Since:    c.LastTransitionTime.Time,
		Fix:      describeNode(n, "see what its kubelet reports"),
	}
}
