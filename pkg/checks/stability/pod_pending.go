package stability

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PodPending finds pods that cannot run.
var PodPending = &audit.Check{
	ID: "pod-pending", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title: "Pod stuck in Pending (FailedScheduling)",
	// Events name problems of the node, nodes show which pods a dead one took
	// down.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.Nodes}},
	Options:  []audit.Option{pendingGrace},
	Explains: []string{"rollout-stuck"},
	Judge:    audit.Over(audit.Workloads, podPending),
	Doc: audit.Doc{
		What: "A pod has been in the phase Pending for 15 minutes since its creation: no node accepts it " +
			"(FailedScheduling), or it was placed and its volumes, network, images or init containers keep it from " +
			"running. The finding quotes the scheduler, the pod's status or the Event that names the cause. Low for " +
			"pods with a scheduling gate, which somebody set on purpose. A pod whose sidecar is still within the time " +
			"that its startup probe allows is not judged, nor is one whose node is not ready: node-not-ready reports " +
			"the node.",
		Why: "A pod that does not run serves no traffic. Usually the cluster is full, and the pending pod is the first " +
			"sign: when a node fails, its pods will find no room either.",
		Fix: "Read the scheduler's message. Insufficient cpu or memory: lower the requests to what the pods really use " +
			"(kubectl top pod), or add nodes. An untolerated taint, or a node selector that no node matches: correct " +
			"it, or label a node. An unbound PersistentVolumeClaim: read its Events. A pod that was placed waits for " +
			"its image, volumes or init containers.",
		Limitations: "The time is counted from the creation of the pod. The scheduler's message counts nodes by " +
			"reason, and several reasons may apply to one node. A pod of a queue (Kueue, Volcano) may have to wait for " +
			"its turn. Pods that could not be created at all, for example because of a quota, are not seen.",
		References: []string{
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/#my-pod-stays-pending",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/",
		},
	},
}

var pendingGrace = audit.Duration("grace", 15*time.Minute, "how long a pod may be pending")

func podPending(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	pods := w.Judged()
	if len(pods) == 0 {
		return audit.NotApplicable()
	}
	var late []*inventory.Pod
	for _, pod := range pods {
		if pod.Phase == corev1.PodPending && !pod.Created.IsZero() && !p.Within(pod.Created, pendingGrace.In(p)) && !waits(p, pod) {
			late = append(late, pod)
		}
	}
	if len(late) == 0 {
		return audit.Faults()
	}
	fault := pendingFault(p, w, late, len(pods))
	fault.Without = func(explained func(*inventory.Pod) bool) *audit.Fault {
		rest := pendingFault(p, w, slices.DeleteFunc(slices.Clone(late), explained), len(pods))
		return &rest
	}
	return audit.Faults(fault)
}

// pendingFault describes the worst of some pods: the oldest of those that nobody
// holds back on purpose.
func pendingFault(p *audit.Pass, w *inventory.Workload, late []*inventory.Pod, of int) audit.Fault {
	slices.SortFunc(late, func(a, b *inventory.Pod) int {
		if gated(a) != gated(b) {
			return map[bool]int{false: -1, true: 1}[gated(a)]
		}
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Name, b.Name))
	})
	worst := late[0]
	reason := pendingReason(p, worst)
	fault := audit.Fault{
		Pods:     late,
		Message:  amount.Share(len(late), of, " ") + "pending for " + p.Age(worst.Created) + ": " + reason,
		Evidence: api.Evidence{"pods": len(late), "of": of, "reason": cmp.Or(worst.Unscheduled.Reason, worst.Reason), "node": worst.Node},
		Since:    worst.Created, Fix: pendingFix(w, worst, reason),
	}
	if gated(worst) {
		fault.Severity = api.Low
	}
	addObserved(p, w, &fault)
	return fault
}

func gated(pod *inventory.Pod) bool { return pod.Unscheduled.Reason == corev1.PodReasonSchedulingGated }

// waits reports whether a pending pod needs no finding: one of its containers is
// within the time that its startup probe allows, or its node died, which
// node-not-ready reports.
func waits(p *audit.Pass, pod *inventory.Pod) bool {
	return starting(p, pod) || cause.DeadNode(p, pod, pod.Created) != nil && cause.NodesJudged(p)
}

func pendingFix(w *inventory.Workload, pod *inventory.Pod, reason string) audit.Fix {
	if fix, found := remedy.LeftOver(w, pod); found {
		return fix
	}
	fix := remedy.DescribePod(pod, "find out what it waits for")
	for _, known := range []struct{ words, advice string }{
		{"Insufficient ", "lower its requests to what it uses, or add a node"},
		{"Too many pods", "add a node"},
		{"untolerated taint", "tolerate the taint, or add a node without it"},
		{"node affinity/selector", "correct its node selector, or label a node"},
		{"PersistentVolumeClaim", "find out why its PersistentVolumeClaim is not bound"},
		{"persistentvolumeclaim", "find out why its PersistentVolumeClaim does not exist"},
		{"ResourceClaim", "check that what it claims exists"},
		{"NetworkNotReady", "find out why the network plugin of its node does not run"},
	} {
		if strings.Contains(reason, known.words) {
			fix.Advice = known.advice
			break
		}
	}
	return fix
}
