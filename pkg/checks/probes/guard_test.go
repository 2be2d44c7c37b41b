package probes

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A liveness probe that never succeeds kills after 30 s, plus 30 s of grace.
func TestKills(t *testing.T) {
	const budget = 30 * time.Second
	for _, test := range []struct {
		name           string
		lasted, ago    time.Duration
		reason         string
		failures       int32
		lastFailure    time.Duration
		suspect, known bool
	}{
		{"with Events of its failures", budget, time.Minute, "Error", 3, time.Minute, true, true},
		{"of an earlier run", budget, time.Minute, "Error", 3, 10 * time.Minute, true, false},
		{"with too few failures", budget, time.Minute, "Error", 2, time.Minute, true, false},
		{"without Events", budget, time.Minute, "Error", 0, 0, true, false},
		{"a run that was too short", 15 * time.Second, time.Minute, "Error", 3, time.Minute, false, false},
		{"a run that was too long", 2 * time.Minute, time.Minute, "Error", 3, time.Minute, false, false},
		{"before Events are kept", budget, time.Hour + time.Second, "Error", 3, time.Minute, false, false},
		{"killed for memory", budget, time.Minute, "OOMKilled", 3, time.Minute, false, false},
		{"that nobody saw", budget, time.Minute, "ContainerStatusUnknown", 3, time.Minute, false, false},
	} {
		app := corev1.Container{Name: "app", LivenessProbe: httpProbe(0, 10, 3)}
		template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{app}}}
		pod := readyPod(template, time.Minute, time.Second)
		pod.Object = inventory.Object{Kind: "Pod", Namespace: "shop", Name: "cart"}
		c := &pod.Containers[0]
		c.Restarts = 1
		c.Last = &inventory.Termination{
			Reason: test.reason, ExitCode: 137, Started: noon.Add(-test.ago - test.lasted), Finished: noon.Add(-test.ago),
		}
		inv := &inventory.Inventory{Events: []*inventory.Event{{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "cart"}, Container: "app",
			Probe: &inventory.ProbeFailure{Kind: inventory.Liveness, Outcome: "failed"}, Count: test.failures, Last: noon.Add(-test.lastFailure),
		}}}
		killed, suspects := guardOf(&app).kills(&audit.Pass{Cluster: inv, Now: noon}, []*inventory.Pod{pod}, template)
		if got := len(suspects) == 1; got != test.suspect {
			t.Errorf("%s: is a suspect: %v", test.name, got)
		}
		if got := len(killed) == 1; got != test.known {
			t.Errorf("%s: is known: %v", test.name, got)
		}
	}
}

// Failures of another probe, or in another container, do not count.
func TestFailedIn(t *testing.T) {
	app, log := corev1.Container{Name: "app", LivenessProbe: httpProbe(0, 10, 3)}, corev1.Container{Name: "log", LivenessProbe: httpProbe(0, 10, 3)}
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{app, log}}}
	end := &inventory.Termination{Started: noon.Add(-time.Minute), Finished: noon}
	for name, test := range map[string]struct {
		container string
		probe     *inventory.ProbeFailure
		last      time.Duration
		want      bool
	}{
		"its probe":                  {"app", &inventory.ProbeFailure{Kind: inventory.Liveness}, -time.Minute, true},
		"its probe, before that run": {"app", &inventory.ProbeFailure{Kind: inventory.Liveness}, -time.Minute - time.Second, false},
		"another probe":              {"app", &inventory.ProbeFailure{Kind: inventory.Readiness}, 0, false},
		"another container":          {"log", &inventory.ProbeFailure{Kind: inventory.Liveness}, 0, false},
		"no probe":                   {"app", nil, 0, false},
	} {
		inv := &inventory.Inventory{Events: []*inventory.Event{{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "cart"}, Container: test.container, Probe: test.probe, Count: 3, Last: noon.Add(test.last),
		}}}
		pod := &inventory.Pod{Object: inventory.Object{Kind: "Pod", Namespace: "shop", Name: "cart"}, Template: template}
		g := guardOf(&template.Spec.Containers[0])
		if got := g.failedIn(&audit.Pass{Cluster: inv, Now: noon}, pod, end); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Pods that are going, and containers that never ended, were not killed.
func TestKillsOfOtherPods(t *testing.T) {
	app := corev1.Container{Name: "app", LivenessProbe: httpProbe(0, 10, 3)}
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{app}}}
	for name, test := range map[string]struct {
		change func(*inventory.Pod)
		want   int
	}{
		"a pod":               {func(*inventory.Pod) {}, 1},
		"of another template": {func(p *inventory.Pod) { p.Template = &inventory.Template{} }, 0},
		"being deleted":       {func(p *inventory.Pod) { p.Deletion = &inventory.Deletion{} }, 0},
		"that ended":          {func(p *inventory.Pod) { p.Phase = corev1.PodFailed }, 0},
		"without a state":     {func(p *inventory.Pod) { p.Containers = nil }, 0},
		"without a restart":   {func(p *inventory.Pod) { p.Containers[0].Restarts = 0 }, 0},
	} {
		pod := readyPod(template, time.Minute, time.Second)
		c := &pod.Containers[0]
		c.Restarts, c.Last = 1, &inventory.Termination{Reason: "Error", ExitCode: 137, Started: noon.Add(-90 * time.Second), Finished: noon.Add(-time.Minute)}
		test.change(pod)
		if _, suspects := guardOf(&app).kills(&audit.Pass{Cluster: &inventory.Inventory{}, Now: noon}, []*inventory.Pod{pod}, template); len(suspects) != test.want {
			t.Errorf("%s: %d suspects, want %d", name, len(suspects), test.want)
		}
	}
}

// The pod was ready 25 s after its start: the probe had failed twice, and a third failure
// kills.
func TestNearMiss(t *testing.T) {
	const second, minute = time.Second, time.Minute
	live := corev1.Container{Name: "app", LivenessProbe: httpProbe(0, 10, 3), ReadinessProbe: httpProbe(0, 10, 3)}
	started := live
	started.StartupProbe = live.LivenessProbe
	for name, test := range map[string]struct {
		app       corev1.Container
		ago, took time.Duration
		kind      inventory.ProbeKind
		count     int32
		last      time.Duration
		want      int32
	}{
		"one more would have killed":      {live, 30 * minute, 25 * second, inventory.Liveness, 2, 20 * second, 2},
		"until it was ready":              {live, 30 * minute, 25 * second, inventory.Liveness, 2, 25 * second, 2},
		"afterwards":                      {live, 30 * minute, 25 * second, inventory.Liveness, 2, 26 * second, 0},
		"two more":                        {live, 30 * minute, 25 * second, inventory.Liveness, 1, 20 * second, 0},
		"of another probe":                {live, 30 * minute, 25 * second, inventory.Readiness, 2, 20 * second, 0},
		"guarded by a startup probe":      {started, 30 * minute, 25 * second, inventory.Startup, 2, 20 * second, 0},
		"within the longest start":        {live, 30 * minute, 10 * minute, inventory.Liveness, 2, 20 * second, 2},
		"too long for a start":            {live, 30 * minute, 10*minute + second, inventory.Liveness, 2, 20 * second, 0},
		"when Events are no longer kept":  {live, 60*minute + 26*second, 25 * second, inventory.Liveness, 2, 20 * second, 0},
		"readiness waits for nothing":     {corev1.Container{Name: "app", LivenessProbe: live.LivenessProbe}, 30 * minute, 25 * second, inventory.Liveness, 2, 20 * second, 0},
		"another Event, without a probe":  {live, 30 * minute, 25 * second, "", 2, 20 * second, 0},
		"more than it takes, as it seems": {live, 30 * minute, 25 * second, inventory.Liveness, 3, 20 * second, 3},
	} {
		template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{test.app}}}
		pod := readyPod(template, test.ago, test.took)
		pod.Object = inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web"}
		e := &inventory.Event{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web"}, Count: test.count, Last: noon.Add(test.last - test.ago),
		}
		if test.kind != "" {
			e.Probe = &inventory.ProbeFailure{Kind: test.kind}
		}
		p := &audit.Pass{Cluster: &inventory.Inventory{Events: []*inventory.Event{e}}, Now: noon}
		if got, _ := guardOf(&test.app).nearMiss(p, []*inventory.Pod{pod}, template); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

func TestGuardOf(t *testing.T) {
	startup, liveness := httpProbe(0, 10, 30), httpProbe(5, 10, 3)
	for _, test := range []struct {
		c    corev1.Container
		kind inventory.ProbeKind
	}{
		{corev1.Container{ReadinessProbe: liveness}, ""},
		{corev1.Container{LivenessProbe: liveness}, inventory.Liveness},
		{corev1.Container{LivenessProbe: liveness, StartupProbe: startup}, inventory.Startup},
	} {
		g := guardOf(&test.c)
		if (g == nil) != (test.kind == "") || g != nil && g.kind != test.kind {
			t.Errorf("%+v: %+v, want %s", test.c, g, test.kind)
		}
	}
}
