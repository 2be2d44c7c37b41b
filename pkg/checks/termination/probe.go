package termination

import (
	"strings"
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
		about := e.About(pod, container)
		if e.Reason != "Unhealthy" || !about ||
			e.First.After(t.Finished) || e.Last.Before(t.Finished.Add(-grace-eventSilence)) {
			continue
		}
		for _, probe := range []string{"liveness", "startup"} {
			if len(e.Message) > len(probe) && strings.EqualFold(e.Message[:len(probe)], probe) {
				return probe
			}
		}
	}
	return ""
}
