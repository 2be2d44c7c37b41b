package jobs

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// controls reports whether a Job created a pod. Manifests have no UIDs.
func controls(j *inventory.Job, pod *inventory.Pod) bool {
	o := pod.Owner
	return o != nil && o.Kind == "Job" && o.Name == j.Name && (o.UID == "" || j.UID == "" || o.UID == j.UID)
}

// failedByThemselves returns the failed pods of a Job that still exist, except
// for those that a disruption ended.
func failedByThemselves(w *inventory.Workload, j *inventory.Job) []*inventory.Pod {
	var failed []*inventory.Pod
	for _, pod := range w.Pods {
		if pod.Phase == corev1.PodFailed && !pod.Disrupted.Is(corev1.ConditionTrue) && controls(j, pod) {
			failed = append(failed, pod)
		}
	}
	return failed
}

// ignoredFailures returns how many failures of a Job its pod failure policy has
// left uncounted, at least: its failed pods that its count does not include.
func ignoredFailures(w *inventory.Workload, j *inventory.Job) int32 {
	if !j.IgnoresFailures {
		return 0
	}
	return max(int32(len(failedByThemselves(w, j)))-j.Failed, 0)
}

// lastToFail returns the failed pod of a Job that ended last, nil if none exists.
func lastToFail(w *inventory.Workload, j *inventory.Job) *inventory.Pod {
	var last *inventory.Pod
	var at time.Time
	for _, pod := range failedByThemselves(w, j) {
		if end := endOfPod(pod); last == nil || end.After(at) {
			last, at = pod, end
		}
	}
	return last
}

func endOfPod(pod *inventory.Pod) time.Time {
	end := pod.Created
	for i := range pod.Containers {
		if t := pod.Containers[i].LatestTermination(); t != nil && t.Finished.After(end) {
			end = t.Finished
		}
	}
	return end
}

// waitingPods returns the pods of a Job that have not begun to run, and whether
// it has no others.
func waitingPods(w *inventory.Workload, j *inventory.Job) (waiting []*inventory.Pod, all bool) {
	all = true
	for _, pod := range w.Pods {
		if !controls(j, pod) || pod.Finished() || pod.Deleting() {
			continue
		}
		if pod.Phase != corev1.PodPending {
			all = false
			continue
		}
		waiting = append(waiting, pod)
	}
	return waiting, all && len(waiting) > 0
}

// notMade reports whether a running Job has no pod, by its own count and by the
// pods that were read.
func notMade(w *inventory.Workload, j *inventory.Job) bool {
	return j.Foreign == "" && !j.Started.IsZero() && j.Active == 0 && !j.Ending &&
		!slices.ContainsFunc(w.Pods, func(pod *inventory.Pod) bool { return controls(j, pod) && !pod.Finished() })
}
