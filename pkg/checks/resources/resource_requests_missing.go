package resources

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ResourceRequestsMissing finds containers for which the scheduler keeps no
// room.
var ResourceRequestsMissing = &audit.Check{
	ID: "resource-requests-missing", Category: Category, Severity: report.Medium, Since: "v0.1.0",
	Title: "A container requests no CPU or no memory",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Judge: audit.Over(audit.Workloads, resourceRequestsMissing),
	Doc: audit.Doc{
		What: "A container or native sidecar has no CPU request or no memory request (or one of 0), and neither has the " +
			"pod as a whole; a limit counts as a request of the same amount, as it does in the cluster. A pod with no " +
			"request and no limit at all is called BestEffort, as its status says. Init containers need no request: " +
			"what the others request is kept for the pod from the start. Finished pods and Jobs are not judged.",
		Why: "The scheduler places pods by what they request, not by what they use. Pods that request nothing all fit on " +
			"one node, until that node is out of memory. Then whoever uses more than it requested is evicted first, " +
			"and the kernel kills BestEffort processes before all others. Without a CPU request a container gets the " +
			"smallest share of a busy node, and an autoscaler has no percentage to scale by.",
		Fix: "Request what the container uses in a busy hour (kubectl top pod --containers, or its usage over some " +
			"days): memory near the peak, CPU near the average under load. For many workloads at once, set a default " +
			"with a LimitRange.",
		Blind: "Whether a request fits what is used is not seen. An init container that needs more than all others " +
			"together is not asked for a request. Pods of one revision are taken to be alike: one that was resized in " +
			"place is not told apart.",
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
		Evidence:  report.Evidence{"containerKind": string(t.KindOf(c))},
		Fix: remedy.Resources(w, c.Name, "request what it uses in a busy hour (kubectl top pod --containers)",
			"--requests=", strings.Join(flags, ",")),
	}
	if bestEffort(t) {
		fault.Message = "BestEffort: " + fault.Message
		fault.Evidence["qosClass"] = string(corev1.PodQOSBestEffort)
	}
	return fault
}

// requested are the resources by which pods are scheduled and rated.
var requested = []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory}

var spelled = map[corev1.ResourceName]string{corev1.ResourceCPU: "CPU", corev1.ResourceMemory: "memory"}

// unrequested are the resources of which neither the container nor its pod
// requests any.
func unrequested(t *inventory.Template, c *corev1.Container) []corev1.ResourceName {
	return slices.DeleteFunc(slices.Clone(requested), func(name corev1.ResourceName) bool {
		return requests(&c.Resources, name) || requests(t.Spec.Resources, name)
	})
}

// requests: where nothing is said, a limit is also a request.
func requests(r *corev1.ResourceRequirements, name corev1.ResourceName) bool {
	if r == nil {
		return false
	}
	if _, said := r.Requests[name]; said {
		return isSet(r.Requests, name)
	}
	return isSet(r.Limits, name)
}

// bestEffort is what the API server says of the pods; for a template without
// pods it is worked out by the same rule.
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
