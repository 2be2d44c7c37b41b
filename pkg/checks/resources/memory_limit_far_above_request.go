package resources

import (
	"math"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// MemoryLimitFarAboveRequest finds containers that may use much more memory
// than their node keeps for them.
var MemoryLimitFarAboveRequest = &audit.Check{
	ID: "memory-limit-far-above-request", Category: Category, Severity: report.Low, Since: "v0.1.0",
	Title:   "A memory limit is far above the request",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Options: []audit.Option{memoryRatio},
	Judge:   audit.Over(audit.Workloads, memoryLimitFarAboveRequest),
	Doc: audit.Doc{
		What: "The memory limit of a container or native sidecar is more than twice its memory request. Where the pod " +
			"as a whole requests or limits memory, the pod is compared instead of its containers. Judged in running " +
			"pods, where the defaults of LimitRanges are set already; where no pod runs, in the workload's template.",
		Why: "The scheduler fills a node by requests, and the kernel takes the memory back by limits. A node that is full " +
			"of containers with a request of 512Mi and a limit of 4Gi has promised its memory eight times. It works " +
			"until they all get busy in the same hour; then the kubelet evicts first those that are furthest above " +
			"their request. CPU can be shared like that, because it is only slowed down. Memory cannot.",
		Fix: "Measure the working set under real load (kubectl top pod --containers). If it comes near the limit, raise " +
			"the request: best to the limit, so that the pod always has what it may use. If it stays near the " +
			"request, lower the limit.",
		Blind: "What is really used is not seen. A program with rare, short peaks that never meet on one node is flagged, " +
			"too. Init containers are not judged: they hold the memory only while the pod starts. A container without a " +
			"limit, which is worse, is the matter of memory-limit-missing, one without a request that of " +
			"resource-requests-missing.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
		},
	},
}

var memoryRatio = audit.Percent("ratio", 200, "the highest memory limit that is fine, in percent of the request")

func memoryLimitFarAboveRequest(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, t := range w.Templates {
		if !t.Admitted && !p.ReadIn(w.Namespace, inventory.LimitRanges) && len(unlimited(t, corev1.ResourceMemory)) > 0 {
			return audit.Unknown(p.WhyUnread(w.Namespace, inventory.LimitRanges))
		}
		faults = append(faults, farAboveRequest(w, t, memoryRatio.In(p))...)
	}
	return audit.Faults(faults...)
}

// farAboveRequest compares what counts in the kernel: the pod's own limit and
// request, where it has any, and otherwise those of each container.
func farAboveRequest(w *inventory.Workload, t *inventory.Template, ratio int) []audit.Fault {
	if pod := t.Spec.Resources; pod != nil && (isSet(pod.Limits, corev1.ResourceMemory) || isSet(pod.Requests, corev1.ResourceMemory)) {
		if len(unlimited(t, corev1.ResourceMemory)) > 0 {
			return nil
		}
		limit, request := podLimits(t)[corev1.ResourceMemory], podRequests(t)[corev1.ResourceMemory]
		if !exceeds(limit, request, ratio) {
			return nil
		}
		fault := ratioFault("the pod's memory limit", limit, request)
		fault.Fix = remedy.PodSpec(w, requestMore, remedy.Fields{"resources": remedy.Fields{
			"requests": remedy.Fields{"memory": sufficientRequest(limit, ratio)},
		}})
		return []audit.Fault{fault}
	}
	var faults []audit.Fault
	for _, c := range t.LongRunning() {
		limit, request := c.Resources.Limits[corev1.ResourceMemory], c.Resources.Requests[corev1.ResourceMemory]
		if !exceeds(limit, request, ratio) {
			continue
		}
		fault := ratioFault("memory limit", limit, request)
		fault.Container = c.Name
		fault.Fix = remedy.Resources(w, c.Name, requestMore, "--requests=", "memory="+sufficientRequest(limit, ratio))
		faults = append(faults, fault)
	}
	return faults
}

const requestMore = "request what it uses under load, or lower the limit (kubectl top pod --containers)"

func ratioFault(what string, limit, request resource.Quantity) audit.Fault {
	times := math.Round(10*limit.AsApproximateFloat64()/request.AsApproximateFloat64()) / 10
	return audit.Fault{
		Message: what + " " + limit.String() + " is " + strconv.FormatFloat(times, 'f', -1, 64) +
			" times the request of " + request.String(),
		Evidence: report.Evidence{"memoryLimit": limit.String(), "memoryRequest": request.String(), "ratio": times},
	}
}

// exceeds: where either is missing, nothing can be compared.
func exceeds(limit, request resource.Quantity, ratio int) bool {
	return request.Sign() > 0 && limit.AsApproximateFloat64()*100 > request.AsApproximateFloat64()*float64(ratio)
}

// sufficientRequest is the smallest that the ratio allows, in whole Mi, and no
// larger than the limit.
func sufficientRequest(limit resource.Quantity, ratio int) string {
	const mi = 1 << 20
	wanted := math.Ceil(limit.AsApproximateFloat64()*100/float64(max(ratio, 100))/mi) * mi
	if wanted >= limit.AsApproximateFloat64() {
		return limit.String()
	}
	return resource.NewQuantity(int64(wanted), resource.BinarySI).String()
}
