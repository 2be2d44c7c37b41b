package termination

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// eventSilence is how long the kubelet may keep an Event that repeats to itself.
const eventSilence = 5 * time.Minute

// FailedProbe is the probe for whose failure the kubelet stopped the container,
// as far as Events tell: liveness, startup, or none. Such a run ends at most the
// grace period after the probe's last failure.
func FailedProbe(p *audit.Pass, pod *inventory.Pod, container string, t *inventory.Termination) string {
	grace := 30 * time.Second
	if seconds := pod.Template.Spec.TerminationGracePeriodSeconds; seconds != nil {
		grace = time.Duration(*seconds) * time.Second
	}
	for _, e := range p.EventsOf(&pod.Object) {
		if e.Probe == nil || e.Probe.Kind == inventory.Readiness || !e.About(pod, container) ||
			e.First.After(t.Finished) || e.Last.Before(t.Finished.Add(-grace-eventSilence)) {
			continue
		}
		return string(e.Probe.Kind)
	}
	return ""
}
