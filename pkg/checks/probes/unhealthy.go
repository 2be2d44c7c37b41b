package probes

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// unhealthy is an Event of failed probes. Its count is a lower bound.
type unhealthy struct{ *inventory.Event }

// timedOut reports whether the probe got no answer in time. The output of a
// command may mention timeouts of its own, which proves nothing.
func (u unhealthy) timedOut(exec bool) bool {
	if exec {
		return strings.HasPrefix(u.Probe.Detail, "command timed out") ||
			strings.HasPrefix(u.Probe.Detail, `command "`) && strings.Contains(u.Probe.Detail, `" timed out`) ||
			strings.HasPrefix(u.Probe.Detail, "rpc error: code = DeadlineExceeded")
	}
	for _, sign := range []string{"context deadline exceeded", "Client.Timeout", "i/o timeout", "timed out"} {
		if strings.Contains(u.Probe.Detail, sign) {
			return true
		}
	}
	return false
}

// startGrace limits how long after a container's start a probe may fail: most
// programs take a while until they answer.
const startGrace = time.Minute

// unhealthyOf returns the failed probes of a pod in the last hour, except for
// those of a start.
func unhealthyOf(p *audit.Pass, pod *inventory.Pod) []unhealthy {
	var all []unhealthy
	for _, e := range p.EventsOf(&pod.Object) {
		if u := (unhealthy{e}); e.Probe != nil && p.Within(e.Last, termination.EventsKept) && !u.duringStart(pod, p.Now) {
			all = append(all, u)
		}
	}
	return all
}

// duringStart reports whether all the failures are from the start of the current
// run of the container. A startup probe may fail until the start is over, for as
// long as it allows.
func (u unhealthy) duringStart(pod *inventory.Pod, now time.Time) bool {
	probed := u.probedBy(pod.Template)
	if probed == nil {
		return false
	}
	c := pod.Container(probed.Name)
	if c == nil || c.RunningSince.IsZero() || u.First.Before(c.RunningSince) {
		return false
	}
	if u.Probe.Kind == inventory.Startup && (pod.Starting(c, now) || !c.Starting && c.Ready) {
		return true
	}
	return u.Last.Sub(c.RunningSince) <= startGrace
}

// probed reports whether any container of the template has a probe.
func probed(t *inventory.Template) bool {
	return slices.ContainsFunc(t.Spec.Containers, hasProbe) || slices.ContainsFunc(t.Spec.InitContainers, hasProbe)
}

func hasProbe(c corev1.Container) bool {
	return c.LivenessProbe != nil || c.ReadinessProbe != nil || c.StartupProbe != nil
}

// probedBy returns the container whose probe failed: the one that the event names
// or, if it names none of the template, the only one that has such a probe.
func (u unhealthy) probedBy(t *inventory.Template) *corev1.Container {
	if c := t.Container(u.Container); c != nil {
		return c
	}
	var only *corev1.Container
	for _, c := range t.LongRunning() {
		if termination.ProbeOf(c, u.Probe.Kind) == nil {
			continue
		}
		if only != nil {
			return nil
		}
		only = c
	}
	return only
}
