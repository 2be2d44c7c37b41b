package probes

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const (
	// eventSilence is the longest time between two Events of a probe that keeps
	// failing: the kubelet sends 25 for a pod, and then one in 5 minutes.
	eventSilence = 6 * time.Minute
	// steady is the time for which a pod must have been ready to count as stable.
	steady = time.Minute
)

// over reports whether the state of the container proves that the probe has
// succeeded since.
func (u unhealthy) over(now time.Time, pod *inventory.Pod) bool {
	spec := u.probedBy(pod.Template)
	if spec == nil {
		return false
	}
	c, probe := pod.Container(spec.Name), termination.ProbeOf(spec, u.Probe.Kind)
	if c == nil || c.RunningSince.IsZero() || probe == nil {
		return false
	}
	silent := now.Sub(u.Last) > eventSilence
	switch u.Probe.Kind {
	case inventory.Readiness:
		again := pod.Ready.Since
		return c.Ready && pod.Ready.Is(corev1.ConditionTrue) &&
			(silent || !again.Before(u.Last) && now.Sub(again) >= max(steady, 2*detection(probe)))
	case inventory.Startup:
		return !c.Starting && c.Ready
	}
	// A container that keeps failing is killed in the end.
	patience := detection(probe) + seconds(int64(probe.TimeoutSeconds)) + pod.Template.Grace()
	return silent && now.Sub(u.Last) > patience ||
		c.RunningSince.After(u.Last) && now.Sub(c.RunningSince) > max(steady, budget(probe)+seconds(int64(probe.TimeoutSeconds)))
}
