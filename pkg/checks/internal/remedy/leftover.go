package remedy

import (
	appsv1 "k8s.io/api/apps/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// LeftOver deletes a broken pod that its StatefulSet will not replace by itself,
// whatever its template says: one of a former revision, for which an ordered
// StatefulSet waits, and one that is updated only when it is deleted.
func LeftOver(w *inventory.Workload, pod *inventory.Pod) (audit.Fix, bool) {
	r := w.Rollout
	if w.Kind != "StatefulSet" || r == nil || r.UpdateRevision == "" || r.Partition > 0 ||
		!r.Ordered && r.Strategy != inventory.OnDelete {
		return audit.Fix{}, false
	}
	if revision := pod.Labels[appsv1.ControllerRevisionHashLabelKey]; revision == "" || revision == r.UpdateRevision {
		return audit.Fix{}, false
	}
	return audit.Fix{
		Advice:  "delete the pod, which is from an earlier revision: the StatefulSet then creates it from its current template",
		Command: audit.Kubectl("delete", "pod").In(pod.Namespace).On(pod.Name),
	}, true
}
