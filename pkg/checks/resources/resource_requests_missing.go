package resources

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ResourceRequestsMissing finds containers for which the scheduler reserves
// nothing.
var ResourceRequestsMissing = &audit.Check{
	ID: "resource-requests-missing", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field: "resources.requests",
	Title: "Container has no CPU or memory request",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Judge: audit.Over(audit.Workloads, resourceRequestsMissing),
	Doc: audit.Doc{
		What: "A container or native sidecar has no CPU request or no memory request (or a request of 0), and neither " +
			"has the pod as a whole; a limit counts as a request of the same amount, as it does in the cluster. The " +
			"message calls a pod without any request or limit by its QoS class, BestEffort. Init containers need no " +
			"request: the requests of the other containers are reserved for the pod from the start. Finished pods and " +
			"Jobs are not judged.",
		Why: "The scheduler places pods by their requests, not by their use. Any number of pods without requests fits " +
			"on one node, until that node runs out of memory. Then pods that use more than they requested are evicted " +
			"first, and the kernel kills BestEffort processes before all others. Without a CPU request a container " +
			"gets the smallest share of a busy node, and an autoscaler cannot compute a utilization.",
		Fix: "Request what the container uses in a busy hour (kubectl top pod --containers, or its usage over some " +
			"days): memory near the peak, CPU near the average under load. For many workloads at once, set a default " +
			"with a LimitRange.",
		Limitations: "Whether a request fits the real use is not known. An init container that needs more than all " +
			"other containers together is not required to have a request. Pods of one revision are assumed to be " +
			"alike: a pod that was resized in place is not distinguished.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/",
		},
	},
}

func resourceRequestsMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return judgeAdmitted(p, w, func(t *inventory.Template) []audit.Fault {
		var faults []audit.Fault
		for _, c := range t.LongRunning() {
			if missing := unrequested(t, c); len(missing) > 0 {
				faults = append(faults, requestFault(w, t, c, missing))
			}
		}
		return faults
	})
}

func requestFault(w *inventory.Workload, t *inventory.Template, c *corev1.Container, missing []corev1.ResourceName) audit.Fault {
	var names, flags []string
	for _, name := range missing {
		names = append(names, spelled[name])
		flags = append(flags, string(name)+"="+strings.ToUpper(string(name)))
	}
	fault := audit.Fault{
		Container: c.Name,
		Message:   "no " + strings.Join(names, " or ") + " request",
		Evidence:  api.Evidence{"containerKind": string(t.KindOf(c))},
		Fix: remedy.Resources(w, c.Name, "request what it uses in a busy hour (kubectl top pod --containers)",
			"--requests=", strings.Join(flags, ",")),
	}
	if bestEffort(t) {
		fault.Message = "BestEffort: " + fault.Message
		fault.Evidence["qosClass"] = string(corev1.PodQOSBestEffort)
	}
	return fault
}

// requested lists the resources by which pods are scheduled and classified.
var requested = []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory}

var spelled = map[corev1.ResourceName]string{corev1.ResourceCPU: "CPU", corev1.ResourceMemory: "memory"}

// unrequested returns the resources that neither the container nor its pod
// requests.
func unrequested(t *inventory.Template, c *corev1.Container) []corev1.ResourceName {
	return slices.DeleteFunc(slices.Clone(requested), func(name corev1.ResourceName) bool {
		return requests(&c.Resources, name) || requests(t.Spec.Resources, name)
	})
}

// requests counts a limit without a request as a request.
func requests(r *corev1.ResourceRequirements, name corev1.ResourceName) bool {
	if r == nil {
		return false
	}
	if _, said := r.Requests[name]; said {
		return isSet(r.Requests, name)
	}
	return isSet(r.Limits, name)
}

// bestEffort quotes the API server's class of the pods; for a template without
// pods it applies the same rule.
func bestEffort(t *inventory.Template) bool {
	if t.QOSClass != "" {
		return t.QOSClass == corev1.PodQOSBestEffort
	}
	return !rated(t.Spec.Resources) && !slices.ContainsFunc(t.All(), func(c *corev1.Container) bool {
		return rated(&c.Resources)
	})
}

func rated(r *corev1.ResourceRequirements) bool {
	return r != nil && slices.ContainsFunc(requested, func(name corev1.ResourceName) bool {
		return isSet(r.Requests, name) || isSet(r.Limits, name)
	})
}
