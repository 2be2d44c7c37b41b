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
		Why: "Limits above the memory of a node work only as long as its pods do not use it all at the same time. When " +
			"they do, the kubelet evicts pods, which then push the next node over its limit. In a cluster without room " +
			"for its largest node, the loss or the upgrade of that node leaves pods Pending until a node is added.",
		Fix: "Set limits closer to requests, and requests closer to real use (kubectl top pods --containers): " +
			"memory-limit-far-above-request names the workloads. To create a reserve, add a node, lower requests, or " +
			"give less important pods a lower PriorityClass, so that they make room.",
		Limitations: "Containers without a limit do not count, so the real overcommitment may be larger. The real use " +
			"is not known. The reserve is judged only by sums: affinity, volumes or the size of a single pod can still " +
			"keep pods from fitting. An autoscaler that adds nodes is not taken into account. Clusters with only one " +
			"node for ordinary pods have no reserve and are not judged for it.",
		References: []string{
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
			"https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
		},
	},
}

var overcommitted = audit.Percent("limits", 150, "how high the memory limits of a node's pods may be, in percent of its allocatable memory")

func nodeOvercommitted(p *audit.Pass, n *inventory.Node) audit.Verdict {
	allocatable := float64(n.Allocatable.Memory().Value())
	if allocatable <= 0 {
		return audit.Unknown("node " + n.Name + " does not report its allocatable memory")
	}
	var faults []audit.Fault
	if limits := float64(n.Load.MemoryLimits); limits*100 > allocatable*float64(overcommitted.In(p)) {
		percent := math.Floor(100 * limits / allocatable)
		faults = append(faults, audit.Fault{
			Message: fmt.Sprintf("memory limits of its %s are %.0f %% of its allocatable memory: %s of %s",
				amount.Count(n.Load.Pods, "pod"), percent, amount.Bytes(limits), amount.Bytes(allocatable)),
			Evidence: api.Evidence{
				"pods": n.Load.Pods, "memoryLimits": amount.Bytes(limits), "allocatable": amount.Bytes(allocatable), "percent": percent,
			},
			Fix: describeNode(n, "set limits closer to requests"),
		})
	}
	if p.CompleteIn("", inventory.Nodes) && largest(p.EachNode(), n) {
		faults = append(faults, withoutReserve(p.EachNode(), n)...)
	}
	return audit.FaultsUnless(p.WhyIncomplete("", inventory.Pods, inventory.Nodes), faults...)
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
	others := 0
	var left inventory.Amounts
	for n := range nodes {
		if n == lost || !n.Schedulable() {
			continue
		}
		others++
		left.Add(inventory.Amounts{
			MilliCPU: max(n.Allocatable.Cpu().MilliValue()-n.Load.Requests.MilliCPU, 0),
			Memory:   max(n.Allocatable.Memory().Value()-n.Load.Requests.Memory, 0),
		})
	}
	if others == 0 {
		return nil
	}
	displaced := lost.Load.Movable
	var faults []audit.Fault
	for _, of := range []struct {
		name            corev1.ResourceName
		requested, left int64
		write           func(int64) string
	}{
		{corev1.ResourceCPU, displaced.MilliCPU, left.MilliCPU, writeCPU},
		{corev1.ResourceMemory, displaced.Memory, left.Memory, func(bytes int64) string { return amount.Bytes(float64(bytes)) }},
	} {
		if of.requested <= of.left {
			continue
		}
		requested, free := of.write(of.requested), of.write(of.left)
		faults = append(faults, audit.Fault{
			Message: fmt.Sprintf("if this node fails, its pods do not fit: they request %s %s, the other %s %s free",
				requested, spelled[of.name], nodesHave(others), free),
			Evidence: api.Evidence{"resource": string(of.name), "requested": requested, "left": free, "otherNodes": others},
			Fix:      describeNode(lost, "add a node, or lower requests that are not used"),
		})
	}
	return faults
}

func writeCPU(milli int64) string {
	return resource.NewMilliQuantity(milli, resource.DecimalSI).String()
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
