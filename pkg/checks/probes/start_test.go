package probes

import (
	"reflect"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func httpProbe(delay, period, failures int32) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:        corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz"}},
		InitialDelaySeconds: delay, PeriodSeconds: period, FailureThreshold: failures, TimeoutSeconds: 1,
	}
}

// readyPod started so long before noon and took so long.
func readyPod(t *inventory.Template, ago, took time.Duration) *inventory.Pod {
	began := noon.Add(-ago)
	ready := inventory.Condition{Status: corev1.ConditionTrue, Since: began.Add(took)}
	return &inventory.Pod{
		Phase: corev1.PodRunning, Template: t, Ready: ready, PodException: &inventory.PodException{},
		Containers: []inventory.Container{{
			ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App}, RunningSince: began,
			ContainerException: &inventory.ContainerException{},
		}},
	}
}

func TestFastestStart(t *testing.T) {
	app := corev1.Container{Name: "app", ReadinessProbe: httpProbe(0, 10, 3)}
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{app}}}
	slow, fast, gated := readyPod(template, 3*time.Hour, 90*time.Second), readyPod(template, 3*time.Hour, time.Minute),
		readyPod(template, 3*time.Hour, 5*time.Second)
	gated.ContainersReadyApart = &inventory.Condition{Status: corev1.ConditionTrue, Since: gated.Ready.Since}
	gated.Ready.Since = gated.Ready.Since.Add(time.Hour)
	restarted := readyPod(template, 3*time.Hour, time.Second)
	restarted.Containers[0].Restarts = 1
	backwards := readyPod(template, 3*time.Hour, -time.Second)
	// The gate closed before, and the container is not ready any more.
	closed := readyPod(template, 3*time.Hour, 80*time.Second)
	closed.ContainersReadyApart = &inventory.Condition{Status: corev1.ConditionFalse, Since: closed.Ready.Since.Add(-time.Minute)}
	// Node and kubelet agree again, the containers only later.
	after := readyPod(template, 3*time.Hour, 80*time.Second)
	after.ContainersReadyApart = &inventory.Condition{Status: corev1.ConditionTrue, Since: after.Ready.Since.Add(time.Second)}
	helped := readyPod(template, 3*time.Hour, 20*time.Second)
	helped.Containers = append(helped.Containers, inventory.Container{
		ContainerIdentity: &inventory.ContainerIdentity{Name: "setup", Kind: inventory.Init}, Restarts: 3, ContainerException: &inventory.ContainerException{},
	})
	meshed := readyPod(template, 3*time.Hour, 20*time.Second)
	meshed.Containers = append(meshed.Containers, inventory.Container{
		ContainerIdentity: &inventory.ContainerIdentity{Name: "mesh", Kind: inventory.Sidecar}, Restarts: 3, ContainerException: &inventory.ContainerException{},
	})
	for _, test := range []struct {
		name string
		pods []*inventory.Pod
		want time.Duration
	}{
		{"the faster of two", []*inventory.Pod{slow, fast}, time.Minute},
		{"the first is the faster", []*inventory.Pod{fast, slow}, time.Minute},
		{"behind a gate", []*inventory.Pod{slow, gated}, 5 * time.Second},
		{"one that restarted", []*inventory.Pod{slow, restarted}, 90 * time.Second},
		{"ready before its start", []*inventory.Pod{slow, backwards}, 90 * time.Second},
		{"not ready by its containers", []*inventory.Pod{slow, closed}, 80 * time.Second},
		{"its containers ready later", []*inventory.Pod{slow, after}, 80 * time.Second},
		{"an init container that was tried again", []*inventory.Pod{slow, helped}, 20 * time.Second},
		{"a sidecar that restarted", []*inventory.Pod{slow, meshed}, 90 * time.Second},
		{"of another template", []*inventory.Pod{readyPod(&inventory.Template{}, time.Hour, time.Second)}, 0},
	} {
		s, known := fastestStart(test.pods, template, &template.Spec.Containers[0])
		if known != (test.want > 0) || known && s.took() != test.want {
			t.Errorf("%s: %v, want %s", test.name, s, test.want)
		}
	}
}

func TestSlow(t *testing.T) {
	c := &corev1.Container{Name: "app", ReadinessProbe: httpProbe(5, 10, 3)}
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{*c}}}
	p := &audit.Pass{Cluster: &inventory.Inventory{}, Now: noon}
	for _, test := range []struct {
		ago, took time.Duration
		want      bool
	}{
		// Long ago there are no events any more.
		{3 * time.Hour, time.Minute, true}, {3 * time.Hour, 10 * time.Minute, true},
		{3 * time.Hour, 10*time.Minute + time.Second, false},
		// The first probe is made within 25 s.
		{30 * time.Minute, 25 * time.Second, true}, {30 * time.Minute, 26 * time.Second, false},
		{time.Hour + 26*time.Second, 26 * time.Second, false}, {time.Hour + 27*time.Second, 26 * time.Second, true},
	} {
		pod := readyPod(template, test.ago, test.took)
		s, ok := startOf(pod, "app")
		if got := s.slow(p, c); !ok || got != test.want {
			t.Errorf("%s ago, took %s: %v", test.ago, test.took, got)
		}
	}
}

// A slow start of the last hour shows as probes that failed from its beginning to its end.
func TestSlowByEvents(t *testing.T) {
	// It took 125 s, in which there were 12 probes: nine of them must have failed.
	c := &corev1.Container{Name: "app", ReadinessProbe: httpProbe(5, 10, 3)}
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{*c}}}
	failed := func(kind inventory.ProbeKind, count int32, first time.Duration) *inventory.Event {
		return &inventory.Event{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web"}, Probe: &inventory.ProbeFailure{Kind: kind}, Count: count,
			First: noon.Add(-30*time.Minute + first), Last: noon,
		}
	}
	const second = time.Second
	for name, test := range map[string]struct {
		events []*inventory.Event
		want   bool
	}{
		"nine failures":                {[]*inventory.Event{failed(inventory.Readiness, 9, 25*second)}, true},
		"eight":                        {[]*inventory.Event{failed(inventory.Readiness, 8, 25*second)}, false},
		"in two Events":                {[]*inventory.Event{failed(inventory.Readiness, 5, 25*second), failed(inventory.Startup, 4, 60*second)}, true},
		"not from the beginning":       {[]*inventory.Event{failed(inventory.Readiness, 9, 26*second)}, false},
		"of the liveness probe":        {[]*inventory.Event{failed(inventory.Liveness, 9, 25*second)}, false},
		"another one after the start":  {[]*inventory.Event{failed(inventory.Readiness, 8, 25*second), failed(inventory.Readiness, 1, 126*second)}, false},
		"another one at its end":       {[]*inventory.Event{failed(inventory.Readiness, 8, 25*second), failed(inventory.Readiness, 1, 125*second)}, true},
		"of something other than them": {[]*inventory.Event{{Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web"}, Count: 9}}, false},
	} {
		pod := readyPod(template, 30*time.Minute, 125*second)
		pod.Object = inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web"}
		s, _ := startOf(pod, "app")
		if got := s.slow(&audit.Pass{Cluster: &inventory.Inventory{Events: test.events}, Now: noon}, c); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := (start{}).probesDuring(&corev1.Container{LivenessProbe: httpProbe(0, 10, 3)}); got != 0 {
		t.Errorf("%d probes, of which none counts", got)
	}
}

func TestBudget(t *testing.T) {
	for _, test := range []struct {
		probe *corev1.Probe
		want  time.Duration
	}{
		{httpProbe(0, 10, 3), 30 * time.Second}, {httpProbe(15, 5, 2), 25 * time.Second},
		{httpProbe(0, 2_000_000_000, 2_000_000_000), 365 * 24 * time.Hour},
	} {
		if got := budget(test.probe); got != test.want {
			t.Errorf("%+v: %s, want %s", test.probe, got, test.want)
		}
	}
	for _, test := range []struct {
		allowed time.Duration
		period  int32
		want    int32
	}{{90 * time.Second, 10, 9}, {91 * time.Second, 10, 10}, {5 * time.Minute, 1, 300}, {time.Minute, 0, 60}} {
		if got := failuresIn(test.allowed, test.period); got != test.want {
			t.Errorf("%s at %d s: %d, want %d", test.allowed, test.period, got, test.want)
		}
	}
}

func TestPodsOf(t *testing.T) {
	one, two := &inventory.Template{}, &inventory.Template{}
	a, b := &inventory.Pod{Template: one}, &inventory.Pod{Template: two}
	w := &inventory.Workload{Templates: []*inventory.Template{one, two}, Pods: []*inventory.Pod{a, b}}
	if got := podsOf(w)(two); len(got) != 1 || got[0] != b {
		t.Errorf("%v", got)
	}
	w.Templates = w.Templates[:1]
	if got := podsOf(w)(one); len(got) != 2 {
		t.Errorf("of a single template: %v", got)
	}
}

// What only events can tell is unknown without them.
func TestUnreadEvents(t *testing.T) {
	live := corev1.Container{Name: "app", ReadinessProbe: httpProbe(0, 10, 3), LivenessProbe: httpProbe(0, 10, 3)}
	template := &inventory.Template{Spec: corev1.PodSpec{RestartPolicy: corev1.RestartPolicyAlways, Containers: []corev1.Container{live}}}
	restarted := readyPod(template, time.Minute, time.Second)
	restarted.Containers[0].Restarts = 1
	restarted.Containers[0].Last = &inventory.Termination{ExitCode: 137, Started: noon.Add(-2 * time.Minute), Finished: noon.Add(-90 * time.Second)}
	slow := readyPod(template, 30*time.Minute, 5*time.Minute)
	for _, test := range []struct {
		name  string
		judge func(*audit.Pass, *inventory.Workload) audit.Verdict
		pod   *inventory.Pod
	}{
		{"probe-failing", probeFailing, slow}, {"probe-timeout-default", probeTimeoutDefault, slow},
		{"startup-probe-missing", startupProbeMissing, slow}, {"liveness-budget-too-short", livenessBudgetTooShort, restarted},
	} {
		w := &inventory.Workload{
			Object: inventory.Object{Kind: "Deployment"}, Templates: []*inventory.Template{template}, Pods: []*inventory.Pod{test.pod},
		}
		for state, want := range map[inventory.State]audit.Verdict{
			inventory.Unreadable: audit.Unknown("events: forbidden"), inventory.Complete: audit.Faults(),
		} {
			inv := &inventory.Inventory{Reads: []inventory.Read{{Resource: inventory.Events, State: state, Reason: "forbidden"}}}
			if got := test.judge(&audit.Pass{Cluster: inv, Now: noon}, w); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, events %s: %+v, want %+v", test.name, state, got, want)
			}
		}
	}
}
