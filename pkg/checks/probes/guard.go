package probes

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// guard is the probe that kills a container which does not start in time.
type guard struct {
	container *corev1.Container
	probe     *corev1.Probe
	kind      inventory.ProbeKind
	allowed   time.Duration
}

// guardOf is nil for a container that no probe can kill.
func guardOf(c *corev1.Container) *guard {
	switch {
	case c.StartupProbe != nil:
		return &guard{c, c.StartupProbe, inventory.Startup, budget(c.StartupProbe)}
	case c.LivenessProbe != nil:
		return &guard{c, c.LivenessProbe, inventory.Liveness, budget(c.LivenessProbe)}
	}
	return nil
}

// kill is the end of a run that was about as long as the guard allows.
type kill struct {
	pod      *inventory.Pod
	end      *inventory.Termination
	restarts int32
}

// kills returns the last ends that the guard can have caused, one for each pod.
// Only the length of the suspects is known.
func (g *guard) kills(p *audit.Pass, pods []*inventory.Pod, t *inventory.Template) (killed, suspects []kill) {
	for _, pod := range pods {
		if pod.Template != t || pod.Deleting() || pod.Finished() {
			continue
		}
		c := pod.Container(g.container.Name)
		if c == nil || c.Restarts == 0 {
			continue
		}
		end := c.LatestTermination()
		if end == nil || !p.Within(end.Finished, termination.EventsKept) || termination.Explained(end) ||
			!termination.Fits(end, g.probe, t.Grace()) {
			continue
		}
		suspects = append(suspects, kill{pod, end, c.Restarts})
		if g.failedIn(p, pod, end) {
			killed = append(killed, suspects[len(suspects)-1])
		}
	}
	return killed, suspects
}

// failedIn reports whether the guard has failed often enough, the last time in
// that run or since.
func (g *guard) failedIn(p *audit.Pass, pod *inventory.Pod, end *inventory.Termination) bool {
	times := int32(0)
	for _, e := range p.EventsOf(&pod.Object) {
		if e.Probe != nil && e.Probe.Kind == g.kind && (unhealthy{e}).probedBy(pod.Template) == pod.Template.Container(g.container.Name) &&
			!e.Last.Before(end.Started) {
			times += e.Count
		}
	}
	return times >= g.probe.FailureThreshold
}

// nearMiss returns how often the guard had failed when the fastest pod became
// ready at its first start, if one more failure would have killed it.
func (g *guard) nearMiss(p *audit.Pass, pods []*inventory.Pod, t *inventory.Template) (int32, start) {
	s, known := fastestStart(pods, t, g.container)
	if !known || g.kind == inventory.Startup || s.took() > longestStart || !p.Within(s.ready, termination.EventsKept) {
		return 0, s
	}
	failed := int32(0)
	for _, e := range p.EventsOf(&s.pod.Object) {
		if e.Probe != nil && e.Probe.Kind == g.kind && !e.Last.After(s.ready) {
			failed += e.Count
		}
	}
	if failed == 0 || failed < g.probe.FailureThreshold-1 {
		return 0, s
	}
	return failed, s
}
