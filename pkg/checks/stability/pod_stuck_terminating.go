package stability

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// PodStuckTerminating finds pods that were deleted and are still there.
var PodStuckTerminating = &audit.Check{
	ID: "pod-stuck-terminating", Category: Category, Severity: report.Medium, Since: "v0.1.0", Live: true,
	Title: "A deleted pod does not go away",
	// They tell a dead node from a container that does not end.
	Uses:    []inventory.Resource{inventory.Nodes},
	Options: []audit.Option{terminatingGrace},
	Judge:   audit.WorkloadsEvenDeleting(podStuckTerminating),
	Doc: audit.Doc{
		What: "A pod is still there 5 minutes after its deletionTimestamp, which already includes its grace period. The finding " +
			"names the finalizers that hold it, or the node that does not confirm its end.",
		Why: "A StatefulSet waits for ever for the old pod before it makes the new one, a volume stays attached to the old node, " +
			"and a drain or a namespace's deletion never ends. Often it is the first sign of a node that nobody knows to be dead.",
		Fix: "A finalizer is a promise of some controller to clean up first: make that controller work again, and remove the " +
			"finalizer by hand only when the controller is gone for good. A dead node: make sure that it is off, and taint it " +
			"out-of-service; then its pods are removed and their volumes detached. A container that does not end on a healthy " +
			"node hangs in the kernel or the runtime, mostly on a network file system: restart the runtime or the node.",
		Blind: "Why the kubelet does not end a container is not in the API. Nodes are named only where they may be read. A force " +
			"deletion makes the pod vanish here even if its processes still run.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
			"https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
			"https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown",
		},
	},
}

var terminatingGrace = audit.Duration("grace", 5*time.Minute, "how long a pod may outlive its deletionTimestamp")

func podStuckTerminating(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Pods) == 0 {
		return audit.NotApplicable()
	}
	var stuck []*inventory.Pod
	for _, pod := range w.Pods {
		if pod.Deleting() && !p.Within(pod.Deletion.At, terminatingGrace.In(p)) {
			stuck = append(stuck, pod)
		}
	}
	if len(stuck) == 0 {
		return audit.Faults()
	}
	longest := slices.MinFunc(stuck, func(a, b *inventory.Pod) int {
		return cmp.Or(a.Deletion.At.Compare(b.Deletion.At), strings.Compare(a.Name, b.Name))
	})
	why, fix := holdUp(p, longest)
	evidence := report.Evidence{"pods": len(stuck), "of": len(w.Pods), "node": longest.Node}
	if len(longest.Deletion.Finalizers) > 0 {
		evidence["finalizers"] = longest.Deletion.Finalizers
	}
	return audit.Faults(audit.Fault{
		Pods: stuck,
		Message: share(len(stuck), len(w.Pods), " ") + "still terminating, " + p.Age(longest.Deletion.At) +
			" past the grace period: " + why,
		Evidence: evidence, Since: longest.Deletion.At, Fix: fix,
	})
}

// holdUp is what keeps a deleted pod. Its finalizers come last: they matter when
// its containers have ended.
func holdUp(p *audit.Pass, pod *inventory.Pod) (string, audit.Fix) {
	running := runningContainer(pod)
	held := finalizersText(pod.Deletion.Finalizers)
	switch node := nodeState(p, pod.Node); {
	case node != "":
		return node + also(held), audit.Fix{
			Advice:  "bring the node back; if it is off for good, say so",
			Command: audit.Kubectl("taint", "nodes").On(pod.Node, corev1.TaintNodeOutOfService+"=nodeshutdown:NoExecute"),
		}
	case running != "":
		return "container " + running + " still runs on " + pod.Node + also(held), describe(pod, "see why the kubelet cannot end it")
	case held != "":
		return "held by " + held, dropFinalizers(pod)
	case pod.Node != "":
		return "the kubelet of " + pod.Node + " does not confirm its end", describe(pod, "see what its node does")
	}
	return "nothing says why", describe(pod, "see what holds it")
}

// dropFinalizers removes those that it names, and no other that may come.
func dropFinalizers(pod *inventory.Pod) audit.Fix {
	// Names are always JSON.
	patch, _ := json.Marshal(map[string]any{"metadata": map[string]any{"$deleteFromPrimitiveList/finalizers": pod.Deletion.Finalizers}})
	return audit.Fix{
		Advice:  "repair the controller of the finalizer; remove it by hand only if that is gone for good",
		Command: audit.Kubectl("patch", "pod").In(pod.Namespace).On(pod.Name).Flag("--patch", string(patch)),
	}
}

func also(held string) string {
	if held == "" {
		return ""
	}
	return "; " + held
}

func finalizersText(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "finalizer " + names[0]
	}
	return "finalizers " + strings.Join(names, ", ")
}

func runningContainer(pod *inventory.Pod) string {
	for i := range pod.Containers {
		if !pod.Containers[i].RunningSince.IsZero() {
			return pod.Containers[i].Name
		}
	}
	return ""
}

// nodeState says what is wrong with a node, "" if nothing is or nothing is known.
func nodeState(p *audit.Pass, name string) string {
	node := p.Node(name)
	if node == nil {
		// Manifests need not hold the nodes.
		if name != "" && len(p.Nodes) > 0 && p.CompleteIn("", inventory.Nodes) {
			return "its node " + name + " is gone"
		}
		return ""
	}
	if ready, known := node.Condition(corev1.NodeReady); known && ready.Status != corev1.ConditionTrue {
		return "its node " + name + " is not ready"
	}
	return ""
}
