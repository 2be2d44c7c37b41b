package termination

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Cause is the reason why the kubelet ended a run. The zero Cause belongs to a
// run that ended by itself, or whose end nothing explains.
type Cause struct {
	// Probe is the probe that failed, liveness or startup.
	Probe inventory.ProbeKind
	// Hook is set if the postStart hook failed.
	Hook bool
	// Likely is set if no Event says so, but nothing else explains the end.
	Likely bool
}

// CauseOf returns why a run of a container of a pod ended.
func CauseOf(p *audit.Pass, pod *inventory.Pod, c *inventory.Container, t *inventory.Termination) Cause {
	spec := pod.Template.Container(c.Name)
	if spec == nil || Explained(t) || StartFailed(t) {
		return Cause{}
	}
	if hookFailed(p, pod, c, spec, t) {
		return Cause{Hook: true}
	}
	cause := probeCause(t, spec, pod.Template.Grace(), failuresOf(p, pod, c.Name),
		p.CompleteIn(pod.Namespace, inventory.Events) && p.Within(t.Finished, EventsKept))
	if cause.Likely && endedTogether(pod, c, t) {
		return Cause{}
	}
	return cause
}

// endedTogether reports whether another container of the pod ended at the same
// time: then no probe of a single container ended them.
func endedTogether(pod *inventory.Pod, c *inventory.Container, t *inventory.Termination) bool {
	for i := range pod.Containers {
		other := &pod.Containers[i]
		if end := other.LatestTermination(); other.Name != c.Name && other.Kind != inventory.Init && end != nil &&
			end.Finished.Sub(t.Finished).Abs() <= 2*ClockStep {
			return true
		}
	}
	return false
}

const (
	// eventSilence is the time for which the kubelet may withhold a repeated Event: it
	// sends 25 for a pod, and then one in this time.
	eventSilence = 5 * time.Minute
	// EventsKept is the time for which the API server keeps an Event that does not recur.
	EventsKept = time.Hour
	// probeSlack limits how much later than planned the kubelet may probe.
	probeSlack = 10 * time.Second
	// ClockStep is the resolution of times in the API.
	ClockStep = time.Second
)

// failures are the failures of one probe of a container, as Events report them.
type failures struct {
	count       int32
	first, last time.Time
}

func failuresOf(p *audit.Pass, pod *inventory.Pod, container string) map[inventory.ProbeKind]failures {
	var told map[inventory.ProbeKind]failures
	for _, e := range p.EventsOf(&pod.Object) {
		if e.Probe == nil || e.Probe.Kind == inventory.Readiness || !e.About(pod, container) {
			continue
		}
		if told == nil {
			told = map[inventory.ProbeKind]failures{}
		}
		f, known := told[e.Probe.Kind]
		f.count += e.Count
		if !known || e.First.Before(f.first) {
			f.first = e.First
		}
		if e.Last.After(f.last) {
			f.last = e.Last
		}
		told[e.Probe.Kind] = f
	}
	return told
}

// around reports whether the failures can be those that ended the run. The end is
// at most the grace period after the last of them.
func (f failures) around(t *inventory.Termination, grace time.Duration) bool {
	return f.count > 0 && !f.first.After(t.Finished) && !f.last.Before(t.Finished.Add(-grace-eventSilence))
}

// probeCause judges an end by the probes of the container and the Events about
// their failures. If Events would report a kill, because they were read and are
// kept for long enough, their absence counts against it.
func probeCause(
	t *inventory.Termination, spec *corev1.Container, grace time.Duration, told map[inventory.ProbeKind]failures, wouldBeTold bool,
) Cause {
	forced := t.ExitCode == Killed || t.ExitCode == 128+SIGTERM || t.ExitCode == ctrlC
	for _, kind := range []inventory.ProbeKind{inventory.Startup, inventory.Liveness} {
		probe := ProbeOf(spec, kind)
		around := told[kind].around(t, GraceAfter(probe, grace))
		switch {
		case around && (forced || Signal(t) == SIGKILL || Signal(t) == SIGTERM):
			return Cause{Probe: kind}
		case probe == nil || Signal(t) > 0 && !forced:
		case around && told[kind].count >= probe.FailureThreshold &&
			(t.ExitCode == 0 && outlasted(t, probe) || Fits(t, probe, grace)):
			return Cause{Probe: kind}
		}
	}
	if !forced && t.ExitCode != 0 {
		return Cause{}
	}
	for _, kind := range []inventory.ProbeKind{inventory.Startup, inventory.Liveness} {
		probe := ProbeOf(spec, kind)
		if probe == nil || !outlasted(t, probe) {
			continue
		}
		fits := Fits(t, probe, grace)
		switch {
		case fits && (forced || told[kind].count > 0 || !wouldBeTold),
			kind == inventory.Liveness && (told[kind].count > 0 || forced && !wouldBeTold):
			return Cause{Probe: kind, Likely: true}
		}
	}
	return Cause{}
}

// ProbeOf returns one of a container's probes, nil if it has none of that kind.
func ProbeOf(c *corev1.Container, kind inventory.ProbeKind) *corev1.Probe {
	switch kind {
	case inventory.Liveness:
		return c.LivenessProbe
	case inventory.Readiness:
		return c.ReadinessProbe
	}
	return c.StartupProbe
}

// outlasted reports whether a run was long enough for a probe to end it.
func outlasted(t *inventory.Termination, probe *corev1.Probe) bool {
	// The last failure does not come before the end of the period before it.
	soonest := inventory.ProbeBudget(probe) - inventory.ProbeSeconds(int64(probe.PeriodSeconds)) - ClockStep
	return !t.Started.IsZero() && t.Finished.Sub(t.Started) >= soonest
}

// Fits reports whether a run was about as long as a probe that never succeeds
// allows, including the time in which the container stops.
func Fits(t *inventory.Termination, probe *corev1.Probe, grace time.Duration) bool {
	latest := inventory.ProbeBudget(probe) + inventory.ProbeSeconds(int64(probe.TimeoutSeconds)) + GraceAfter(probe, grace) + probeSlack
	return outlasted(t, probe) && t.Finished.Sub(t.Started) <= latest
}

// GraceAfter returns the grace period after a probe's failure, which may have its
// own.
func GraceAfter(probe *corev1.Probe, grace time.Duration) time.Duration {
	if probe != nil && probe.TerminationGracePeriodSeconds != nil {
		return inventory.ProbeSeconds(*probe.TerminationGracePeriodSeconds)
	}
	return grace
}

// hookFailed reports whether the kubelet ended the run because of its postStart
// hook, as the container's state or an Event says.
func hookFailed(p *audit.Pass, pod *inventory.Pod, c *inventory.Container, spec *corev1.Container, t *inventory.Termination) bool {
	if spec.Lifecycle == nil || spec.Lifecycle.PostStart == nil {
		return false
	}
	if c.Waiting == PostStartHookError && t == c.LatestTermination() {
		return true
	}
	for _, e := range p.EventsOf(&pod.Object) {
		if e.Reason == FailedPostStartHook && e.About(pod, c.Name) && !e.First.After(t.Finished) &&
			!e.Last.Before(t.Finished.Add(-pod.Template.Grace()-eventSilence)) {
			return true
		}
	}
	return false
}

// The kubelet's words for a failed postStart hook: the reason of a container that
// waits for the next attempt, and that of the Event.
const (
	PostStartHookError  = "PostStartHookError"
	FailedPostStartHook = "FailedPostStartHook"
)

// clause says why, after the exit code.
func (c Cause) clause() string {
	switch {
	case c.Hook:
		return " after its postStart hook failed"
	case c.Probe != "" && c.Likely:
		return ", most likely due to its " + string(c.Probe) + " probe"
	case c.Probe != "":
		return " after its " + string(c.Probe) + " probe failed"
	}
	return ""
}

// Text says how a run ended, and why.
func (c Cause) Text(t *inventory.Termination) string {
	if c != (Cause{}) && t.ExitCode == 0 {
		// A container that was asked to stop has not succeeded in anything else.
		return "exit code 0" + c.clause()
	}
	return Text(t) + c.clause()
}
