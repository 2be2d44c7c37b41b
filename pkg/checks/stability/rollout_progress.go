package stability

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// lostAvailability reports whether a Deployment was available before: it has not
// been unavailable since its creation.
func lostAvailability(w *inventory.Workload) bool {
	return w.Rollout.Availability.Since.Sub(w.Created) > time.Minute
}

// updateTarget returns how many replicas should have the current revision.
func updateTarget(r *inventory.Rollout) int32 {
	if r.Strategy == inventory.OnDelete {
		// Pods are updated whenever somebody deletes them.
		return 0
	}
	return r.Desired - min(r.Partition, r.Desired)
}

// shortfall says what is missing for a rollout to be complete, "" if nothing is.
func shortfall(r *inventory.Rollout) string {
	var missing []string
	if target := updateTarget(r); r.Updated < target {
		missing = append(missing, fmt.Sprintf("%d of %d replicas updated", max(r.Updated, 0), target))
	}
	if r.Available < r.Desired && (!r.Completed() || r.Availability.Is(corev1.ConditionFalse)) {
		missing = append(missing, fmt.Sprintf("%d of %d available", max(r.Available, 0), r.Desired))
	}
	if len(missing) > 0 || !r.Progressing.Is(corev1.ConditionFalse) {
		return strings.Join(missing, ", ")
	}
	switch surplus := r.Current - r.Desired; {
	case surplus > 0 && r.Available < r.Current:
		return fmt.Sprintf("%d of %d pods available, so %s", max(r.Available, 0), r.Current, stay(surplus))
	case surplus > 0:
		return "all pods available, but " + stay(surplus)
	}
	return "all replicas available, but not complete"
}

func stay(old int32) string {
	if old == 1 {
		return "1 old one stays"
	}
	return fmt.Sprintf("%d old ones stay", old)
}

// lastChange returns the last sign of progress, or of a change in the pods: a
// note of the controller, a new pod, one that became ready or unready. It is
// proven by a Deployment's progress, and by pods that are all there or wait for
// one that is not ready: when other pods disappeared is not recorded.
func lastChange(w *inventory.Workload) (latest time.Time, proven bool) {
	r := w.Rollout
	latest = r.Progressing.Since
	see := func(t time.Time) {
		if t.After(latest) {
			latest = t
		}
	}
	see(w.Created)
	seen, unready := int32(0), false
	for _, pod := range w.Pods {
		see(pod.Created)
		see(pod.Ready.Since)
		if !pod.Finished() {
			seen++
			unready = unready || !pod.Ready.Is(corev1.ConditionTrue)
		}
	}
	allSeen := seen > 0 && seen >= r.Current && (r.Current >= r.Desired || unready)
	return latest, allSeen || !r.Progressing.Since.IsZero() && !r.Completed()
}
