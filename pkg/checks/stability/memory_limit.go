package stability

import (
	"math"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func limitText(r ending) string {
	limit := r.container.MemoryLimit
	own, pod := memoryLimits(r)
	switch {
	case limit == 0:
		return "without a memory limit"
	case own == 0 && limit == pod:
		return "at the pod's limit of " + amount.Quantity(limit)
	case own == limit && slices.Contains(r.pod.Template.Limited, r.container.Name+"/memory"):
		return "at a limit of " + amount.Quantity(limit) + " (the LimitRange's default)"
	}
	return "at a limit of " + amount.Quantity(limit)
}

// memoryLimits returns the limits that the spec sets for the container and for
// its pod as a whole; 0 is none.
func memoryLimits(r ending) (own, pod int64) {
	if c := r.pod.Template.Container(r.container.Name); c != nil {
		own = c.Resources.Limits.Memory().Value()
	}
	if whole := r.pod.Template.Spec.Resources; whole != nil {
		pod = whole.Limits.Memory().Value()
	}
	return own, pod
}

// oomFix doubles the limit that was reached. The limit of a container may not
// exceed that of its pod, and a limit that the template or a resize already asks
// for is not lowered.
func oomFix(w *inventory.Workload, r ending) audit.Fix {
	limit, wanted := r.container.MemoryLimit, r.container.WantedMemory
	own, pod := memoryLimits(r)
	declared := declaredLimit(w, r.container.Name)
	switch {
	case r.container.Kind == inventory.Ephemeral:
		return audit.Fix{Advice: "debug with a smaller tool: an ephemeral container has no memory of its own"}
	case wanted > limit:
		return remedy.DescribePod(r.pod, "find out what keeps the resize to "+amount.Quantity(wanted)+" from its node, move the pod to a larger one, or fix the leak")
	case limit > 0 && declared > limit:
		return remedy.Template(w, "recreate the pod with the "+amount.Quantity(declared)+" of its template, or fix the leak",
			audit.Kubectl("rollout", "restart"))
	case limit == 0 || limit > math.MaxInt64/2:
		return remedy.Resources(w, r.container.Name, "set a memory limit with room for the working set",
			"--limits=", "memory=MEMORY")
	case own == 0 && limit == pod:
		// kubectl has no command for the limit of a pod.
		return remedy.PodSpec(w, "raise the pod's memory limit or fix the leak",
			remedy.Fields{"resources": remedy.Fields{"limits": remedy.Fields{"memory": amount.Quantity(2 * limit)}}})
	case pod > 0 && limit >= pod:
		return audit.Fix{Advice: "raise the memory limits of the container and of its pod, or fix the leak"}
	}
	raised := 2 * limit
	if pod > 0 {
		raised = min(raised, pod)
	}
	return remedy.Resources(w, r.container.Name, "raise the memory limit or fix the leak",
		"--limits=", "memory="+amount.Quantity(raised))
}

// declaredLimit returns the memory limit in the controller's template; 0 if there
// is none or the template is not known.
func declaredLimit(w *inventory.Workload, container string) int64 {
	if w.Declared == nil {
		return 0
	}
	if c := w.Declared.Container(container); c != nil {
		return c.Resources.Limits.Memory().Value()
	}
	return 0
}
