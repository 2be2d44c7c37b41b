package resources

import (
	"fmt"
	"iter"
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// NodeOvercommitted finds nodes whose memory is overcommitted, and clusters
// without a reserve.
var NodeOvercommitted = &audit.Check{
	ID: "node-overcommitted", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title:   "Node memory is overcommitted, or its loss cannot be absorbed",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Pods}},
	Options: []audit.Option{overcommitted},
	Judge:   audit.Over(audit.Nodes, nodeOvercommitted),
	Doc: audit.Doc{
		What: "The memory limits of the pods on a node are more than 150 % of its allocatable memory. Or the node is " +
			"the largest that accepts ordinary pods, and the CPU or memory requests of its pods would not fit into the " +
			"free capacity of the other nodes if it failed. The requests and limits of a pod are computed as the " +
			"scheduler does; pods of DaemonSets and static pods do not move.",
		Why: "Limits above the memory of a node work only as long as its pods do not need it at the same time. When " +
			"they do, the kubelet evicts pods, which then push the next node over its limit. In a cluster without room " +
			"for its largest node, the loss or the upgrade of that node leaves pods Pending until a node is added.",
		Fix: "Set limits closer to requests, and requests closer to real use (kubectl top pods --containers): " +
			"memory-limit-far-above-request names the workloads. To get a reserve, add a node, lower requests, or give " +
			"less important pods a lower PriorityClass, so that they make room.",
		Limitations: "Containers without a limit do not count, so the real overcommitment may be larger. The real use is " +
			"not known. The reserve is judged only by sums: pods that would fit by the sum can still be kept apart by " +
			"affinity, volumes or the size of a single pod. An autoscaler that adds nodes is not taken into account; " +
			"with one, raise the priority of the pods instead. Clusters with only one node for ordinary pods have no " +
			"reserve and are not judged for it.",
		References: []string{
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
			"https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
		},
	},
}

var overcommitted = audit.Percent("limits", 150, "how high the memory limits of a node's pods may be, in percent of its allocatable memory")

func nodeOvercommitted(p *audit.Pass, n *inventory.Node) audit.Verdict {
	allocatable := n.Allocatable.Memory().AsApproximateFloat64()
	if allocatable <= 0 {
		return audit.Unknown("node " + n.Name + " does not report its allocatable memory")
	}
	var faults []audit.Fault
	if limits := memoryLimitsOn(n); limits*100 > allocatable*float64(overcommitted.In(p)) {
		percent := math.Floor(100 * limits / allocatable)
		faults = append(faults, audit.Fault{
			Message: fmt.Sprintf("memory limits of its %s are %.0f %% of its allocatable memory: %s of %s",
				amount.Count(len(n.Pods), "pod"), percent, amount.Bytes(limits), amount.Bytes(allocatable)),
			Evidence: api.Evidence{
				"pods": len(n.Pods), "memoryLimits": amount.Bytes(limits), "allocatable": amount.Bytes(allocatable), "percent": percent,
			},
			Fix: describeNode(n, "set limits closer to requests"),
		})
	}
	if p.CompleteIn("", inventory.Nodes) && largest(p.EachNode(), n) {
		faults = append(faults, withoutReserve(p.EachNode(), n)...)
	}
	return audit.FaultsUnless(p.WhyIncomplete("", inventory.Pods, inventory.Nodes), faults...)
}

// memoryLimitsOn are in bytes.
func memoryLimitsOn(n *inventory.Node) float64 {
	var sum float64
	limits := corev1.ResourceList{}
	for _, pod := range n.Pods {
		own := limitsInto(limits, pod)
		sum += own.Memory().AsApproximateFloat64()
	}
	return sum
}

// largest reports whether a node has the most memory of all that accept ordinary
// pods; of equal ones, the first.
func largest(nodes iter.Seq[*inventory.Node], n *inventory.Node) bool {
	if !n.Schedulable() {
		return false
	}
	before := true
	for other := range nodes {
		if other == n {
			before = false
			continue
		}
		if c := other.Allocatable.Memory().Cmp(*n.Allocatable.Memory()); (c > 0 || c == 0 && before) && other.Schedulable() {
			return false
		}
	}
	return true
}

// withoutReserve adds up the free capacity of the other nodes.
func withoutReserve(nodes iter.Seq[*inventory.Node], lost *inventory.Node) []audit.Fault {
	requests := requestsByTemplate{}
	others := 0
	left := amounts{}
	for n := range nodes {
		if n == lost || !n.Schedulable() {
			continue
		}
		others++
		taken := requests.sum(n.Pods, func(*inventory.Pod) bool { return true })
		for i, name := range scheduled {
			free := n.Allocatable[name]
			left[i] += max(free.AsApproximateFloat64()-taken[i], 0)
		}
	}
	if others == 0 {
		return nil
	}
	displaced := requests.sum(lost.Pods, moves)
	var faults []audit.Fault
	for i, name := range scheduled {
		if displaced[i] <= left[i] {
			continue
		}
		write := amountWriters[name]
		faults = append(faults, audit.Fault{
			Message: fmt.Sprintf("if this node fails, its pods do not fit: they request %s %s, the other %s %s free",
				write(displaced[i]), spelled[name], nodesHave(others), write(left[i])),
			Evidence: api.Evidence{
				"resource": string(name), "requested": write(displaced[i]), "left": write(left[i]), "otherNodes": others,
			},
			Fix: describeNode(lost, "add a node, or lower requests that are not used"),
		})
	}
	return faults
}

// moves reports whether a pod would run on another node: pods of DaemonSets and
// static pods end with theirs.
func moves(p *inventory.Pod) bool {
	return !p.Mirror && !p.Deleting() && (p.Owner == nil || p.Owner.Kind != "DaemonSet")
}

// scheduled lists the resources of a reserve; amounts are in their order, in
// cores and bytes.
var scheduled = [...]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory}

type amounts [len(scheduled)]float64

// requestsByTemplate caches the requests of a template: most pods share theirs.
type requestsByTemplate map[*inventory.Template]amounts

func (r requestsByTemplate) of(p *inventory.Pod) amounts {
	if p.Resources != nil {
		return amountsOf(p.Resources.Requests)
	}
	known, found := r[p.Template]
	if !found {
		known = amountsOf(podRequests(p.Template))
		r[p.Template] = known
	}
	return known
}

func amountsOf(list corev1.ResourceList) (sum amounts) {
	for i, name := range scheduled {
		quantity := list[name]
		sum[i] = quantity.AsApproximateFloat64()
	}
	return sum
}

func (r requestsByTemplate) sum(pods []*inventory.Pod, counts func(*inventory.Pod) bool) amounts {
	var sum amounts
	for _, pod := range pods {
		if counts(pod) {
			for i, each := range r.of(pod) {
				sum[i] += each
			}
		}
	}
	return sum
}

var amountWriters = map[corev1.ResourceName]func(float64) string{
	corev1.ResourceCPU: func(cores float64) string {
		return resource.NewMilliQuantity(int64(math.Round(cores*1000)), resource.DecimalSI).String()
	},
	corev1.ResourceMemory: amount.Bytes,
}

func nodesHave(n int) string {
	if n == 1 {
		return "node has"
	}
	return fmt.Sprintf("%d nodes have", n)
}

func describeNode(n *inventory.Node, advice string) audit.Fix {
	return audit.Fix{Advice: advice, Command: audit.Kubectl("describe", "node").On(n.Name)}
}
