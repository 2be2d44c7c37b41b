package stability

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// recovered returns when a workload had replaced all that it lost, zero if it has
// not: all its pods are ready, or its Job succeeded after the last of them was
// lost.
func recovered(w *inventory.Workload, lost time.Time) time.Time {
	pods := w.Judged()
	if len(pods) == 0 {
		if len(w.Jobs) == 1 && w.Jobs[0].Completed.After(lost) {
			return w.Jobs[0].Completed
		}
		return time.Time{}
	}
	back := lost
	for _, pod := range pods {
		if !pod.Ready.Is(corev1.ConditionTrue) {
			return time.Time{}
		}
		if pod.Ready.Since.After(back) {
			back = pod.Ready.Since
		}
	}
	if w.Replicas != nil && len(pods) < int(*w.Replicas) {
		return time.Time{}
	}
	return back
}

// ofPresentTemplates returns the pods whose template the workload's pods still
// have: a rollout may have fixed why others were lost.
func ofPresentTemplates(w *inventory.Workload, pods []*inventory.Pod) []*inventory.Pod {
	present := w.Judged()
	if len(present) == 0 {
		return pods
	}
	return slices.DeleteFunc(slices.Clone(pods), func(pod *inventory.Pod) bool {
		return !slices.ContainsFunc(present, func(other *inventory.Pod) bool { return other.Template == pod.Template })
	})
}

// regular reports whether pods are lost again and again, so that the next loss
// may be due: the last, which comes first, is no longer ago than twice the time
// between two.
func regular(p *audit.Pass, evicted []*inventory.Pod) bool {
	n := len(evicted)
	if n < 3 {
		return false
	}
	last := endOf(evicted[0])
	between := last.Sub(endOf(evicted[n-1])) / time.Duration(n-1)
	return p.Within(last, 2*between)
}

// evictionReason says why a pod was evicted; empty for those that failed by
// themselves or that somebody drained.
func evictionReason(pod *inventory.Pod) string {
	if pod.Phase != corev1.PodFailed {
		return ""
	}
	switch pod.Reason {
	case "Evicted", "NodeLost", "NodeShutdown", "Shutdown", "Terminated", "Preempting", "Preempted", "NodeAffinity",
		"UnexpectedAdmissionError":
		return pod.Reason
	}
	if strings.HasPrefix(pod.Reason, "OutOf") {
		return pod.Reason
	}
	if pod.Disrupted.Is(corev1.ConditionTrue) && pod.Disrupted.Reason != "EvictionByEvictionAPI" {
		return pod.Disrupted.Reason
	}
	// A deadline of the pod itself is not a rejection.
	if pod.Reason != "DeadlineExceeded" && !pod.Disrupted.Is(corev1.ConditionTrue) && !everStarted(pod) {
		return pod.Reason
	}
	return ""
}

func everStarted(pod *inventory.Pod) bool {
	for i := range pod.Containers {
		if c := &pod.Containers[i]; !c.RunningSince.IsZero() || c.LatestTermination() != nil {
			return true
		}
	}
	return false
}

// endOf returns when a failed pod ended, or its last known time before that.
func endOf(pod *inventory.Pod) time.Time {
	if !pod.Disrupted.Since.IsZero() {
		return pod.Disrupted.Since
	}
	var end time.Time
	for i := range pod.Containers {
		if t := pod.Containers[i].Ended; t != nil && t.Finished.After(end) {
			end = t.Finished
		}
	}
	for _, earlier := range []time.Time{pod.Started, pod.Created} {
		if end.IsZero() {
			end = earlier
		}
	}
	return end
}
