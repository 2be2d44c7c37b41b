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
