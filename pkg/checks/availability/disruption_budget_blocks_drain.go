package availability

import (
	"fmt"
	"time"

	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// DisruptionBudgetBlocksDrain finds budgets because of which a node can never
// be drained.
var DisruptionBudgetBlocksDrain = &audit.Check{
	ID: "disruption-budget-blocks-drain", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title: "PodDisruptionBudget blocks every node drain",
	Reads: audit.Reads{Optional: append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)},
	Judge: audit.Over(audit.Budgets, disruptionBudgetBlocksDrain),
	Doc: audit.Doc{
		What: "All pods of a PodDisruptionBudget are healthy and it still allows no disruption (disruptionsAllowed is " +
			"0); or its controller has failed to count them for 5 minutes (SyncFailed); or another budget also selects " +
			"one of its pods, which the eviction API rejects. A manifest without a status is judged by the replicas " +
			"that its workloads ask for. A status that is older than the spec is not judged.",
		Why: "kubectl drain waits until it may evict the pod (\"Cannot evict pod as it would violate the pod's " +
			"disruption budget\"), and here it waits forever. The node upgrade hangs, the autoscaler cannot remove the " +
			"node, and a node with a failing disk or a pending security fix stays in use. In the end somebody deletes " +
			"the pod by force and causes the outage that the budget was meant to prevent. The most common case by far " +
			"is a single replica with minAvailable 1.",
		Fix: "Allow at least one pod to be unavailable: maxUnavailable 1. A single replica is then interrupted by each " +
			"drain; to avoid that, run two. A percentage is rounded up to whole pods, so minAvailable 51 % of one or " +
			"two pods allows nothing. Pods without a controller, and pods whose controller has no scale subresource, " +
			"can be counted only with minAvailable as a number of pods. Make sure that only one budget selects a pod.",
		Limitations: "While a pod is unhealthy, a budget rightly allows nothing and is not flagged, even if it would " +
			"allow nothing later either. Budgets that block on purpose, so that somebody is asked before a drain, are " +
			"flagged. Drains of nodes that run none of these pods succeed; that is not taken into account.",
		References: []string{
			"https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
			"https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/",
		},
	},
}

// syncGrace limits how long a controller may take to repeat a failed count.
const syncGrace = 5 * time.Minute

func disruptionBudgetBlocksDrain(p *audit.Pass, b *inventory.PodDisruptionBudget) audit.Verdict {
	var faults []audit.Fault
	if other := alsoSelecting(b); other != nil {
		faults = append(faults, selectedTwice(b, other))
	}
	uncounted := syncFailure(b)
	switch n := countOf(b); {
	case uncounted != nil && !p.Within(uncounted.LastTransitionTime.Time, syncGrace):
		faults = append(faults, uncountable(b, uncounted))
	case len(faults) > 0:
	case uncounted != nil || n == nil:
		return audit.Unknown("the status of PodDisruptionBudget " + b.Name + " does not belong to its spec")
	case n.expected == 0:
		return audit.NotApplicable()
	case n.allowed == 0 && n.healthy >= n.expected:
		faults = append(faults, allowsNothing(b, n))
	case !p.ReadIn(b.Namespace, inventory.Pods):
		return audit.Unknown("whether another budget selects the same pods: not all pods were read")
	}
	return audit.Faults(faults...)
}

func allowsNothing(b *inventory.PodDisruptionBudget, n *count) audit.Fault {
	fault := audit.Fault{
		Message: fmt.Sprintf("blocks every node drain: %s allows no eviction of its %d healthy pods", limitText(b), n.expected),
		Evidence: api.Evidence{
			"disruptionsAllowed": int(n.allowed), "currentHealthy": int(n.healthy),
			"desiredHealthy": int(n.desired), "expectedPods": int(n.expected), "limit": limitText(b),
		},
		Fix: allowOne(b, "allow one pod to be unavailable", n.expected),
	}
	if c := disruptionAllowed(b); c != nil && c.Status == metav1.ConditionFalse {
		fault.Since = c.LastTransitionTime.Time
	}
	if n.expected == 1 {
		fault.Message = "blocks every node drain: " + limitText(b) + " does not allow its only pod to be evicted"
		if len(b.Workloads) == 1 {
			w := b.Workloads[0]
			fault.Message += fmt.Sprintf(", the single replica of %s %s", w.Kind, w.Name)
		}
		fault.Fix.Advice = "run a second replica, or accept that each drain interrupts it"
		if len(b.Workloads) == 1 && b.Workloads[0].SharesClaim() {
			// Its volume may belong to one node, or to one pod at a time.
			fault.Fix.Advice = "accept that each drain interrupts it"
		}
	}
	return fault
}

// allowOne lets one pod go. It keeps a number of pods if the budget names one:
// pods whose controllers cannot scale are counted in no other way.
func allowOne(b *inventory.PodDisruptionBudget, advice string, expected int32) audit.Fix {
	fields := remedy.Fields{"maxUnavailable": 1}
	if b.MinAvailable != nil {
		fields["minAvailable"] = nil
		if b.MinAvailable.Type == intstr.Int {
			fields = remedy.Fields{"minAvailable": max(expected-1, 0)}
		}
	}
	return remedy.Object(&b.Object, advice, fields)
}

func disruptionAllowed(b *inventory.PodDisruptionBudget) *metav1.Condition {
	return meta.FindStatusCondition(b.Status.Conditions, policyv1.DisruptionAllowedCondition)
}

// syncFailure says why the controller cannot count the pods, nil if it can. The
// observed generation does not help: a budget that was never counted has none.
func syncFailure(b *inventory.PodDisruptionBudget) *metav1.Condition {
	if c := disruptionAllowed(b); c != nil && c.Status == metav1.ConditionFalse && c.Reason == policyv1.SyncFailedReason {
		return c
	}
	return nil
}

func uncountable(b *inventory.PodDisruptionBudget, why *metav1.Condition) audit.Fault {
	return audit.Fault{
		Message:  "blocks every node drain: its pods cannot be counted: " + why.Message,
		Evidence: api.Evidence{"reason": why.Reason, "limit": limitText(b)},
		Since:    why.LastTransitionTime.Time,
		Fix: remedy.Object(&b.Object, "say how many pods must stay, as a number of pods",
			remedy.Fields{"minAvailable": max(len(b.Pods)-1, 0), "maxUnavailable": nil}),
	}
}

// alsoSelecting returns another budget that selects a pod of this one or, if no pod
// runs, the template of its pods; nil if there is none.
func alsoSelecting(b *inventory.PodDisruptionBudget) *inventory.PodDisruptionBudget {
	for _, w := range b.Workloads {
		for _, other := range w.Budgets {
			if other != b && !other.Deleting() && bothSelect(w, b, other) {
				return other
			}
		}
	}
	return nil
}

func bothSelect(w *inventory.Workload, a, b *inventory.PodDisruptionBudget) bool {
	running := false
	for _, p := range w.Pods {
		running = running || !p.Finished()
		if !p.Finished() && !p.Deleting() && inventory.Contains(a.Pods, p) && inventory.Contains(b.Pods, p) {
			return true
		}
	}
	return !running
}

func selectedTwice(b, other *inventory.PodDisruptionBudget) audit.Fault {
	return audit.Fault{
		Message:  "its pods cannot be evicted: PodDisruptionBudget " + other.Name + " also selects them",
		Evidence: api.Evidence{"budgets": []string{b.Name, other.Name}},
		Fix: audit.Fix{
			Advice:  "let only one budget select each pod: narrow the selector of one, or delete it",
			Command: audit.Kubectl("get").In(b.Namespace).On("poddisruptionbudget/"+b.Name, "poddisruptionbudget/"+other.Name).With("-o", "yaml"),
		},
	}
}
