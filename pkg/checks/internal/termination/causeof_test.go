package termination

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func named(name string) inventory.Container {
	return inventory.Container{
		ContainerIdentity: &inventory.ContainerIdentity{Name: name, Kind: inventory.App}, ContainerException: &inventory.ContainerException{},
	}
}

// hooked returns a pod with two containers, of which app has a postStart hook and a
// liveness probe that allows 15 s.
func hooked() *inventory.Pod {
	object := inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web-1"}
	return &inventory.Pod{
		Object: object,
		Template: &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "app", LivenessProbe: &corev1.Probe{PeriodSeconds: 5, FailureThreshold: 3},
			Lifecycle: &corev1.Lifecycle{PostStart: &corev1.LifecycleHandler{}},
		}, {Name: "proxy", Lifecycle: &corev1.Lifecycle{}}}}},
		Containers: []inventory.Container{named("app"), named("proxy")},
	}
}

// The grace period is 30 s, and the kubelet may withhold an Event for 5 minutes.
func TestCauseOf(t *testing.T) {
	const second, minute = time.Second, time.Minute
	hook := Cause{Hook: true}
	about := func(container, reason string, first, last time.Duration) *inventory.Event {
		return &inventory.Event{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web-1"}, Container: container, Reason: reason,
			First: ended.Add(first), Last: ended.Add(last), Count: 3,
		}
	}
	failed := func(first, last time.Duration) *inventory.Event {
		return about("app", FailedPostStartHook, first, last)
	}
	probed := func(kind inventory.ProbeKind, first, last time.Duration) *inventory.Event {
		e := about("app", "Unhealthy", first, last)
		e.Probe = &inventory.ProbeFailure{Kind: kind}
		return e
	}
	waiting := func(c *inventory.Container) { c.Waiting = PostStartHookError }
	for name, test := range map[string]struct {
		container string
		code      int32
		reason    string
		change    func(*inventory.Container)
		events    []*inventory.Event
		want      Cause
	}{
		"a container waits for its hook": {"app", 137, "Error", waiting, nil, hook},
		"an earlier run of it": {"app", 1, "Error", func(c *inventory.Container) {
			waiting(c)
			c.Ended = run(time.Hour, 0)
		}, nil, Cause{}},
		"an Event":                       {"app", 1, "Error", nil, []*inventory.Event{failed(-minute, -minute)}, hook},
		"an Event of another container":  {"app", 1, "Error", nil, []*inventory.Event{about("proxy", FailedPostStartHook, -minute, -minute)}, Cause{}},
		"another Event":                  {"app", 1, "Error", nil, []*inventory.Event{about("app", "Failed", -minute, -minute)}, Cause{}},
		"at the end of the silence":      {"app", 1, "Error", nil, []*inventory.Event{failed(-time.Hour, -5*minute-30*second)}, hook},
		"after the end of the silence":   {"app", 1, "Error", nil, []*inventory.Event{failed(-time.Hour, -5*minute-31*second)}, Cause{}},
		"an Event of the end":            {"app", 1, "Error", nil, []*inventory.Event{failed(0, 0)}, hook},
		"an Event of a later run":        {"app", 1, "Error", nil, []*inventory.Event{failed(second, second)}, Cause{}},
		"no hook":                        {"proxy", 1, "Error", waiting, []*inventory.Event{about("proxy", FailedPostStartHook, -minute, -minute)}, Cause{}},
		"no such container any more":     {"old", 137, "Error", waiting, nil, Cause{}},
		"a kill for memory":              {"app", 137, OOMKilled, waiting, nil, Cause{}},
		"an end that nobody saw":         {"app", 137, statusUnknown, waiting, nil, Cause{}},
		"a program that cannot start":    {"app", 127, StartError, waiting, nil, Cause{}},
		"a container that cannot run":    {"app", 127, CannotRun, waiting, nil, Cause{}},
		"failures of the liveness probe": {"app", 137, "Error", nil, []*inventory.Event{probed(inventory.Liveness, -minute, -minute)}, Cause{Probe: inventory.Liveness}},
		"the first and the last of several Events": {"app", 137, "Error", nil, []*inventory.Event{
			probed(inventory.Liveness, -time.Hour, -time.Hour), probed(inventory.Liveness, -minute, -minute)}, Cause{Probe: inventory.Liveness}},
		"failures of a later run of it": {"app", 137, "Error", nil, []*inventory.Event{probed(inventory.Liveness, second, second)}, Cause{Probe: inventory.Liveness, Likely: true}},
		"failures of this run and of a later one": {"app", 137, "Error", nil, []*inventory.Event{
			probed(inventory.Liveness, -minute, -minute), probed(inventory.Liveness, second, 2*second)}, Cause{Probe: inventory.Liveness}},
		"failures of the readiness probe": {"app", 137, "Error", nil, []*inventory.Event{probed(inventory.Readiness, -minute, -minute)}, Cause{Probe: inventory.Liveness, Likely: true}},
		"both containers at once":         {"app", 137, "Error", nil, nil, Cause{}},
	} {
		t.Run(name, func(t *testing.T) {
			pod, end := hooked(), run(20*second, test.code)
			end.Reason = test.reason
			old := named(test.container)
			c := &old
			for i := range pod.Containers {
				if pod.Containers[i].Name == test.container {
					c = &pod.Containers[i]
				}
			}
			c.Last = end
			if test.change != nil {
				test.change(c)
			}
			if name == "both containers at once" {
				pod.Containers[1].Last = run(time.Hour, 0)
			}
			inv := &inventory.Inventory{Events: test.events, Reads: []inventory.Read{{Resource: inventory.Events, State: inventory.Complete}}}
			if got := CauseOf(&audit.Pass{Cluster: inv, Now: ended.Add(minute)}, pod, c, end); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// A kill without Events is no kill, for as long as Events are kept: an hour, if
// all of them were read.
func TestAbsentEventsTellThatNoProbeKilled(t *testing.T) {
	for name, test := range map[string]struct {
		ago   time.Duration
		state inventory.State
		want  Cause
	}{
		"just now":            {time.Minute, inventory.Complete, Cause{}},
		"an hour ago":         {time.Hour, inventory.Complete, Cause{}},
		"longer ago":          {time.Hour + time.Second, inventory.Complete, Cause{Probe: inventory.Liveness, Likely: true}},
		"if not all are read": {time.Minute, inventory.Partial, Cause{Probe: inventory.Liveness, Likely: true}},
	} {
		pod, end := hooked(), run(2*time.Hour, 137)
		pod.Containers[0].Last = end
		inv := &inventory.Inventory{Reads: []inventory.Read{{Resource: inventory.Events, State: test.state}}}
		if got := CauseOf(&audit.Pass{Cluster: inv, Now: ended.Add(test.ago)}, pod, &pod.Containers[0], end); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestCrashed(t *testing.T) {
	for name, test := range map[string]struct {
		end  inventory.Termination
		want bool
	}{
		"a bad memory access":             {inventory.Termination{ExitCode: 139}, true},
		"a kill":                          {inventory.Termination{ExitCode: 137}, false},
		"a code of its own":               {inventory.Termination{ExitCode: 1}, false},
		"a small negative code":           {inventory.Termination{ExitCode: -1}, false},
		"a status of Windows":             {inventory.Termination{ExitCode: -1073741819}, true},
		"the first status of Windows":     {inventory.Termination{ExitCode: -1 << 24}, true},
		"told to stop on Windows":         {inventory.Termination{ExitCode: ctrlC}, false},
		"a signal in the runtime's field": {inventory.Termination{ExitCode: 1, Signal: SIGABRT}, true},
	} {
		if got := Crashed(&test.end); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
