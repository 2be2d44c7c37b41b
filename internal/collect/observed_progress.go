package collect

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// stuckAfter is the time without progress after which a pod that is not ready is stuck.
const stuckAfter = time.Minute

// progress says how far a pod that is not ready has come, and since when.
type progress struct {
	steps int
	since time.Time
}

// noteProgress follows a pod from the moment at which it appears, comes further or loses
// readiness, until it is ready or ends.
func (o *Observer) noteProgress(before, after *inventory.Pod, at time.Time) {
	if after.Ready.Is(corev1.ConditionTrue) || after.Finished() || after.Deleting() {
		delete(o.progress, after.UID)
		return
	}
	known, follows := o.progress[after.UID]
	steps := stepsOf(after)
	switch {
	case follows && steps <= known.steps:
	case follows, before == nil, before.Ready.Is(corev1.ConditionTrue), steps > stepsOf(before):
		if o.full = o.full || len(o.progress) >= mostObserved; !o.full {
			o.progress[after.UID] = progress{steps, at}
		}
	}
}

// stepsOf counts the steps of a pod on its way to being ready: it was placed, and its containers
// ran, succeeded or became ready.
func stepsOf(p *inventory.Pod) int {
	steps := 0
	if p.Node != "" {
		steps++
	}
	for i := range p.Containers {
		c := &p.Containers[i]
		if !c.RunningSince.IsZero() {
			steps++
		}
		if c.Ready || c.Ended != nil && c.Ended.ExitCode == 0 {
			steps += 2
		}
	}
	return steps
}

// stuck returns the pods that made no progress for the last part of an observation, in
// which all their changes were seen.
func (o *Observer) stuck(inv *inventory.Inventory) []*inventory.Pod {
	var stuck []*inventory.Pod
	for uid, p := range o.progress {
		pod := factOf(o.facts, &o.facts.pods, uid)
		if pod != nil && inv.Observation.To.Sub(p.since) >= stuckAfter && inv.SawAllSince(p.since, inventory.Pods) && !waits(pod, inv.Observation.To) {
			stuck = append(stuck, pod)
		}
	}
	return stuck
}

// waits reports whether a pod waits on purpose, or is within the time that a startup probe allows.
func waits(pod *inventory.Pod, now time.Time) bool {
	for i := range pod.Containers {
		if pod.Starting(&pod.Containers[i], now) {
			return true
		}
	}
	return pod.Unscheduled.Reason == corev1.PodReasonSchedulingGated
}

// attachStuck counts the pods that are stuck.
func (o *Observer) attachStuck(inv *inventory.Inventory) {
	for _, pod := range o.stuck(inv) {
		inv.Observation.Total.Stuck++
		if w := pod.Workload; w != nil {
			observedOf(w).Stuck++
		}
	}
}
