package stability

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// backlog shows why a workload is short of replicas, as far as its pods do.
type backlog struct {
	// unready pods are those that count and are not ready, for the longest time
	// first.
	unready []*inventory.Pod
	// lost pods are on a node that is not ready; some are of an old revision.
	lost    []*inventory.Pod
	lostOld int
	// starting pods are within the time that they may take.
	starting int
}

func heldUp(p *audit.Pass, w *inventory.Workload) backlog {
	var held backlog
	for _, pod := range w.Pods {
		if pod.Finished() || pod.Ready.Is(corev1.ConditionTrue) {
			continue
		}
		if !pod.Deleting() {
			held.unready = append(held.unready, pod)
		}
		switch {
		case cause.DeadNode(p, pod, pod.Ready.Since) != nil:
			held.lost = append(held.lost, pod)
			if len(w.Templates) > 0 && pod.Template != w.Templates[0] {
				held.lostOld++
			}
		case starting(p, pod):
			held.starting++
		}
	}
	slices.SortStableFunc(held.unready, func(a, b *inventory.Pod) int { return a.Ready.Since.Compare(b.Ready.Since) })
	return held
}

// starting reports whether a container of the pod is within the time that its
// startup probe allows.
func starting(p *audit.Pass, pod *inventory.Pod) bool {
	for i := range pod.Containers {
		if pod.Starting(&pod.Containers[i], p.Now) {
			return true
		}
	}
	return false
}

// explains reports whether only dead nodes and starts keep replicas from being
// available. A rollout waits for a starting pod before it replaces the next, and
// an ordered StatefulSet before it creates the next.
func (h backlog) explains(r *inventory.Rollout) bool {
	lost, due := int32(len(h.lost)), r.Desired
	if r.Ordered && h.starting > 0 {
		due = min(due, r.Current)
	}
	if lost+int32(h.starting) == 0 || r.Available+lost+int32(h.starting) < due {
		return false
	}
	return h.starting > 0 || r.Updated+int32(h.lostOld) >= updateTarget(r)
}
