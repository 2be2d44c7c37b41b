package stability

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PodStuckTerminating finds pods that were deleted but still exist.
var PodStuckTerminating = &audit.Check{
	ID: "pod-stuck-terminating", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Title: "Pod stuck in Terminating",
	// Nodes distinguish a dead node from a container that does not stop, Events
	// say why the kubelet cannot stop it.
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Nodes, inventory.Events}},
	Options: []audit.Option{terminatingGrace},
	Judge:   audit.Over(audit.WorkloadsEvenDeleting, podStuckTerminating),
	Doc: audit.Doc{
		What: "A pod still exists 5 minutes after its deletionTimestamp, which already includes its grace period. The " +
			"finding names the finalizers that block it, or the node that is gone or does not confirm the deletion, or " +
			"quotes the Event that says why the kubelet cannot stop it. It is not a finding if the pod's node was not " +
			"ready at that time: node-not-ready reports the node.",
		Why: "A StatefulSet waits forever for the old pod before it creates the new one, a volume stays attached to " +
			"the old node, and a drain or the deletion of a namespace never ends. Often it is the first sign that a " +
			"node is dead.",
		Fix: "A finalizer means that a controller must clean up first: make that controller work again, and remove the " +
			"finalizer by hand only if the controller no longer exists. A dead node: make sure that it is off, and add " +
			"the out-of-service taint; its pods are then removed and their volumes detached. A node that no longer " +
			"exists: the controller manager removes its pods within minutes, so check that it runs, or delete the pod " +
			"by force. A container that does not stop on a healthy node hangs in the kernel or the runtime, usually on " +
			"a network file system: restart the runtime or the node.",
		Limitations: "Why the kubelet cannot stop a container is known only from Events, which are kept for about an " +
			"hour. Nodes are named only if the audit may read them. A force deletion removes the pod from the API even " +
			"if its processes still run.",
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
		if pod.Deleting() && !p.Within(pod.Deletion.At, terminatingGrace.In(p)) &&
			(cause.DeadNode(p, pod, pod.Deletion.At) == nil || !cause.NodesJudged(p)) {
			stuck = append(stuck, pod)
		}
	}
	if len(stuck) == 0 {
		return audit.Faults()
	}
	slices.SortFunc(stuck, func(a, b *inventory.Pod) int {
		return cmp.Or(a.Deletion.At.Compare(b.Deletion.At), strings.Compare(a.Name, b.Name))
	})
	longest := stuck[0]
	why, fix := holdUp(p, longest)
	evidence := api.Evidence{"pods": len(stuck), "of": len(w.Pods), "node": longest.Node}
	if len(longest.Deletion.Finalizers) > 0 {
		evidence["finalizers"] = longest.Deletion.Finalizers
	}
	return audit.Faults(audit.Fault{
		Pods: stuck,
		Message: amount.Share(len(stuck), len(w.Pods), " ") + "still terminating, " + p.Age(longest.Deletion.At) +
			" past the grace period: " + why,
		Evidence: evidence, Since: longest.Deletion.At, Fix: fix,
	})
}

// holdUp says what keeps a deleted pod. Its finalizers come last: they matter
// when its containers have ended.
func holdUp(p *audit.Pass, pod *inventory.Pod) (string, audit.Fix) {
	running := runningContainer(pod)
	held := finalizersText(pod.Deletion.Finalizers)
	failing := cause.Of(p, &pod.Object, inventory.Ending, cause.EventsRecent)
	switch node := nodeState(p, pod.Node); {
	case node == goneNode && held != "":
		return node.text(pod) + also(held), dropFinalizers(pod)
	case node == goneNode:
		return node.text(pod), audit.Fix{
			Advice:  "check that the controller manager runs, which removes pods of a node that is gone, or delete the pod by force",
			Command: audit.Kubectl("delete", "pod").In(pod.Namespace).On(pod.Name).With("--force", "--grace-period=0"),
		}
	case node == deadNode:
		return node.text(pod) + also(held), remedy.OutOfService(pod.Node, "bring the node back; if it is off for good, add the out-of-service taint")
	case failing != nil:
		return cause.Text(failing) + also(held), remedy.DescribePod(pod, "fix what keeps its node from stopping it")
	case running != "":
		return "container " + running + " still runs on " + pod.Node + also(held), remedy.DescribePod(pod, "find out why the kubelet cannot stop it")
	case held != "":
		return "blocked by " + held, dropFinalizers(pod)
	case pod.Node != "":
		return "the kubelet of " + pod.Node + " does not confirm that it stopped", remedy.DescribePod(pod, "check its node")
	}
	return "no cause is recorded", remedy.DescribePod(pod, "find out what blocks it")
}

// dropFinalizers removes the named finalizers, and no others that may be added
// meanwhile.
func dropFinalizers(pod *inventory.Pod) audit.Fix {
	patch := remedy.JSON(remedy.Fields{"metadata": remedy.Fields{"$deleteFromPrimitiveList/finalizers": pod.Deletion.Finalizers}})
	return audit.Fix{
		Advice:  "repair the controller of the finalizer; remove the finalizer by hand only if the controller is gone for good",
		Command: audit.Kubectl("patch", "pod").In(pod.Namespace).On(pod.Name).Flag("--patch", patch),
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

// condition says what is wrong with the node of a pod.
type condition int

const (
	// wellNode means that nothing is wrong, or nothing is known.
	wellNode condition = iota
	deadNode
	goneNode
)

func (c condition) text(pod *inventory.Pod) string {
	return "its node " + pod.Node + map[condition]string{deadNode: " is not ready", goneNode: " is gone"}[c]
}

func anyNode(p *audit.Pass) bool {
	for range p.EachNode() {
		return true
	}
	return false
}

func nodeState(p *audit.Pass, name string) condition {
	node := p.Node(name)
	if node == nil {
		// Manifests need not contain the nodes.
		if name != "" && anyNode(p) && p.CompleteIn("", inventory.Nodes) {
			return goneNode
		}
		return wellNode
	}
	if _, dead := node.NotReadySince(); dead {
		return deadNode
	}
	return wellNode
}
