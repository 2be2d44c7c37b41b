package resources

import (
	"math"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// MemoryLimitFarAboveRequest finds containers that may use much more memory than
// their node reserves for them.
var MemoryLimitFarAboveRequest = &audit.Check{
	ID: "memory-limit-far-above-request", Category: Category, Severity: api.Low, Since: "v0.1.0",
	Field:   "resources.limits.memory",
	Title:   "Memory limit is far above the request",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Options: []audit.Option{memoryRatio},
	Judge:   audit.Over(audit.Workloads, memoryLimitFarAboveRequest),
	Doc: audit.Doc{
		What: "The memory limit of a container or native sidecar is more than twice its memory request. If the pod as " +
			"a whole requests or limits memory, the pod is judged instead of its containers. Running pods are judged " +
			"after the defaults of LimitRanges; if no pod runs, the workload's template is judged.",
		Why: "The scheduler fills a node by requests, but containers may use memory up to their limits. A node full of " +
			"containers with a request of 512Mi and a limit of 4Gi has promised its memory eight times. It works until " +
			"all of them are busy at once; then the kubelet first evicts the pods that are furthest above their " +
			"request. Overcommitted CPU only slows containers down; overcommitted memory gets them killed.",
		Fix: "Measure the working set under real load (kubectl top pod --containers). If it comes near the limit, " +
			"raise the request, ideally to the limit, so that the pod always has the memory that it may use. If it " +
			"stays near the request, lower the limit.",
		Limitations: "The real use is not known. A program with rare, short peaks that never coincide on one node is " +
			"flagged. Init containers are not judged: they use the memory only while the pod starts. A container " +
			"without a limit, which is worse, is reported by memory-limit-missing, one without a request by " +
			"resource-requests-missing.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
		},
	},
}

var memoryRatio = audit.Percent("ratio", 200, "highest acceptable memory limit, in percent of the request")

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

// farAboveRequest compares the values that the kernel enforces: the pod's own
// limit and request, if it has any, and otherwise those of each container.
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
		Evidence: api.Evidence{"memoryLimit": limit.String(), "memoryRequest": request.String(), "ratio": times},
	}
}

// exceeds is false if either value is missing, because nothing can be compared.
func exceeds(limit, request resource.Quantity, ratio int) bool {
	return request.Sign() > 0 && limit.AsApproximateFloat64()*100 > request.AsApproximateFloat64()*float64(ratio)
}

// sufficientRequest returns the smallest request that the ratio allows, in whole
// Mi, and no larger than the limit.
func sufficientRequest(limit resource.Quantity, ratio int) string {
	const mi = 1 << 20
	wanted := math.Ceil(limit.AsApproximateFloat64()*100/float64(max(ratio, 100))/mi) * mi
	if wanted >= limit.AsApproximateFloat64() {
		return limit.String()
	}
	return resource.NewQuantity(int64(wanted), resource.BinarySI).String()
}
