package probes

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// failedProbe is an Event of a probe of the container app that failed for 5 minutes, the last
// time so long before noon.
func failedProbe(kind inventory.ProbeKind, ago time.Duration) unhealthy {
	return unhealthy{&inventory.Event{
		Container: "app", Probe: &inventory.ProbeFailure{Kind: kind}, Count: 3, First: noon.Add(-ago - 5*time.Minute), Last: noon.Add(-ago),
	}}
}

// The liveness probe fails after 30 s and allows an answer of 5 s, the readiness probe fails
// after 2 minutes, and the grace period is 10 minutes.
func probedPod(change func(*inventory.Pod, *inventory.Container)) *inventory.Pod {
	grace := int64(600)
	liveness, readiness := httpProbe(20, 10, 3), httpProbe(0, 40, 3)
	liveness.TimeoutSeconds = 5
	template := &inventory.Template{Spec: corev1.PodSpec{TerminationGracePeriodSeconds: &grace, Containers: []corev1.Container{{
		Name: "app", LivenessProbe: liveness, ReadinessProbe: readiness, StartupProbe: httpProbe(0, 10, 30),
	}}}}
	pod := readyPod(template, time.Hour, time.Minute)
	pod.Containers[0].Ready = true
	change(pod, &pod.Containers[0])
	return pod
}

// Nothing tells that a probe works again but the state of the container, and silence.
func TestOver(t *testing.T) {
	const second, minute = time.Second, time.Minute
	readyFor := func(d time.Duration) func(*inventory.Pod, *inventory.Container) {
		return func(p *inventory.Pod, _ *inventory.Container) { p.Ready.Since = noon.Add(-d) }
	}
	runningFor := func(d time.Duration) func(*inventory.Pod, *inventory.Container) {
		return func(_ *inventory.Pod, c *inventory.Container) { c.RunningSince = noon.Add(-d) }
	}
	for name, test := range map[string]struct {
		kind   inventory.ProbeKind
		ago    time.Duration
		change func(*inventory.Pod, *inventory.Container)
		want   bool
	}{
		"ready since twice the time of detection": {inventory.Readiness, 5 * minute, readyFor(4 * minute), true},
		"ready for less": {inventory.Readiness, 5 * minute, readyFor(4*minute - second), false},
		"ready from before, and no Event in 6 minutes": {inventory.Readiness, 6*minute + second, readyFor(30 * minute), true},
		"ready from before, and an Event since":        {inventory.Readiness, 6 * minute, readyFor(30 * minute), false},
		"its container is not ready":                   {inventory.Readiness, 30 * minute, func(_ *inventory.Pod, c *inventory.Container) { c.Ready = false }, false},
		"a gate is not":                                {inventory.Readiness, 30 * minute, func(p *inventory.Pod, _ *inventory.Container) { p.Ready.Status = corev1.ConditionFalse }, false},

		"started and ready":     {inventory.Startup, minute, runningFor(time.Hour), true},
		"still starting":        {inventory.Startup, minute, func(_ *inventory.Pod, c *inventory.Container) { c.Starting = true }, false},
		"started and not ready": {inventory.Startup, minute, func(_ *inventory.Pod, c *inventory.Container) { c.Ready = false }, false},

		"it would have been killed by now":           {inventory.Liveness, 10*minute + 36*second, runningFor(time.Hour), true},
		"it may be killed yet":                       {inventory.Liveness, 10*minute + 35*second, runningFor(time.Hour), false},
		"restarted, and it outlives a start":         {inventory.Liveness, 2 * minute, runningFor(61 * second), true},
		"restarted just now":                         {inventory.Liveness, 2 * minute, runningFor(60 * second), false},
		"it failed in this run, for less than grace": {inventory.Liveness, 2 * minute, runningFor(2 * minute), false},

		"it waits":          {inventory.Liveness, 30 * minute, func(_ *inventory.Pod, c *inventory.Container) { c.RunningSince = time.Time{} }, false},
		"it has no state":   {inventory.Liveness, 30 * minute, func(p *inventory.Pod, _ *inventory.Container) { p.Containers = nil }, false},
		"the probe is gone": {inventory.Liveness, 30 * minute, func(p *inventory.Pod, _ *inventory.Container) { p.Template.Spec.Containers[0].LivenessProbe = nil }, false},
		"it is another's":   {inventory.Liveness, 30 * minute, func(p *inventory.Pod, _ *inventory.Container) { p.Template = &inventory.Template{} }, false},
		"as long as a start may take": {inventory.Liveness, 3 * minute, func(p *inventory.Pod, c *inventory.Container) {
			p.Template.Spec.Containers[0].LivenessProbe.InitialDelaySeconds = 100
			c.RunningSince = noon.Add(-135 * second)
		}, false},
		"longer than that": {inventory.Liveness, 3 * minute, func(p *inventory.Pod, c *inventory.Container) {
			p.Template.Spec.Containers[0].LivenessProbe.InitialDelaySeconds = 100
			c.RunningSince = noon.Add(-136 * second)
		}, true},
	} {
		if got := failedProbe(test.kind, test.ago).over(noon, probedPod(test.change)); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Probes that fail while a program starts tell nothing.
func TestDuringStart(t *testing.T) {
	const second, minute = time.Second, time.Minute
	// The Event began 5 minutes before its last failure, which is a minute ago.
	const began = 6 * minute
	runs := func(ago time.Duration, change func(*inventory.Container)) func(*inventory.Pod, *inventory.Container) {
		return func(_ *inventory.Pod, c *inventory.Container) {
			c.RunningSince = noon.Add(-ago)
			change(c)
		}
	}
	ready := func(*inventory.Container) {}
	starting := func(c *inventory.Container) { c.Starting, c.Ready = true, false }
	for name, test := range map[string]struct {
		event  unhealthy
		change func(*inventory.Pod, *inventory.Container)
		want   bool
	}{
		"failed a minute after the start":       {unhealthy{&inventory.Event{Container: "app", Probe: &inventory.ProbeFailure{Kind: inventory.Readiness}, First: noon.Add(-minute), Last: noon}}, runs(minute, ready), true},
		"failed later":                          {unhealthy{&inventory.Event{Container: "app", Probe: &inventory.ProbeFailure{Kind: inventory.Readiness}, First: noon.Add(-minute), Last: noon}}, runs(minute+second, ready), false},
		"failed from the start on, for minutes": {failedProbe(inventory.Readiness, minute), runs(began, ready), false},
		"of an earlier run":                     {failedProbe(inventory.Startup, minute), runs(began-second, ready), false},
		"a startup probe while it may fail": {failedProbe(inventory.Startup, minute), func(p *inventory.Pod, c *inventory.Container) {
			p.Template.Spec.Containers[0].StartupProbe.FailureThreshold = 36
			runs(began, starting)(p, c)
		}, true},
		"a startup probe that fails for longer":       {failedProbe(inventory.Startup, minute), runs(began, starting), false},
		"a startup probe that succeeded":              {failedProbe(inventory.Startup, minute), runs(began, ready), true},
		"a startup probe, and nothing says it starts": {failedProbe(inventory.Startup, minute), runs(began, func(c *inventory.Container) { c.Ready = false }), false},
		"it waits":        {failedProbe(inventory.Startup, minute), runs(began, func(c *inventory.Container) { c.RunningSince = time.Time{} }), false},
		"it has no state": {failedProbe(inventory.Startup, minute), func(p *inventory.Pod, _ *inventory.Container) { p.Containers = nil }, false},
		"it is another's": {failedProbe(inventory.Startup, minute), func(p *inventory.Pod, _ *inventory.Container) { p.Template = &inventory.Template{} }, false},
	} {
		if got := test.event.duringStart(probedPod(test.change), noon); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// An Event that names no container is about the only one that has such a probe.
func TestProbedBy(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	probe := httpProbe(0, 10, 3)
	app, log := corev1.Container{Name: "app", LivenessProbe: probe}, corev1.Container{Name: "log", ReadinessProbe: probe}
	mesh := corev1.Container{Name: "mesh", RestartPolicy: &always, ReadinessProbe: probe}
	for name, test := range map[string]struct {
		named string
		kind  inventory.ProbeKind
		spec  corev1.PodSpec
		want  string
	}{
		"named":                 {"log", inventory.Readiness, corev1.PodSpec{Containers: []corev1.Container{app, log}}, "log"},
		"named without a probe": {"app", inventory.Readiness, corev1.PodSpec{Containers: []corev1.Container{app, log}}, "app"},
		"not named":             {"", inventory.Readiness, corev1.PodSpec{Containers: []corev1.Container{app, log}}, "log"},
		"named as none is":      {"old", inventory.Liveness, corev1.PodSpec{Containers: []corev1.Container{app, log}}, "app"},
		"not named, of two":     {"", inventory.Readiness, corev1.PodSpec{InitContainers: []corev1.Container{mesh}, Containers: []corev1.Container{app, log}}, ""},
		"not named, of none":    {"", inventory.Startup, corev1.PodSpec{Containers: []corev1.Container{app, log}}, ""},
	} {
		u := unhealthy{&inventory.Event{Container: test.named, Probe: &inventory.ProbeFailure{Kind: test.kind}}}
		got := ""
		if c := u.probedBy(&inventory.Template{Spec: test.spec}); c != nil {
			got = c.Name
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
