package probes

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestTimedOut(t *testing.T) {
	for _, test := range []struct {
		exec   bool
		detail string
		want   bool
	}{
		{false, `Get "http://10.0.0.1:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, true},
		{false, `Get "http://10.0.0.1:8080/": net/http: request canceled (Client.Timeout exceeded)`, true},
		{false, "dial tcp 10.0.0.1:8080: i/o timeout", true},
		{false, "HTTP probe failed with statuscode: 504", false},
		{true, `command timed out: "cat /tmp/x" timed out after 1s`, true},
		{true, `command "cat /tmp/x" timed out`, true},
		{true, "rpc error: code = DeadlineExceeded desc = context deadline exceeded", true},
		{true, "the query timed out", false},
		{true, "command not found", false},
		{true, `command "sleep 9" failed`, false},
	} {
		if got := (unhealthy{&inventory.Event{Probe: &inventory.ProbeFailure{Detail: test.detail}}}).timedOut(test.exec); got != test.want {
			t.Errorf("exec %v, %q: %v", test.exec, test.detail, got)
		}
	}
}

// Failures count for an hour, except those of a start.
func TestUnhealthyOf(t *testing.T) {
	about := func(change func(*inventory.Event)) *inventory.Event {
		e := failedProbe(inventory.Readiness, time.Minute).Event
		e.Regarding = inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web"}
		change(e)
		return e
	}
	for name, test := range map[string]struct {
		event *inventory.Event
		want  int
	}{
		"a failed probe":             {about(func(*inventory.Event) {}), 1},
		"an hour ago":                {about(func(e *inventory.Event) { e.First, e.Last = noon.Add(-2*time.Hour), noon.Add(-time.Hour) }), 1},
		"longer ago":                 {about(func(e *inventory.Event) { e.First, e.Last = noon.Add(-2*time.Hour), noon.Add(-time.Hour-time.Second) }), 0},
		"of a start":                 {about(func(e *inventory.Event) { e.First, e.Last = noon.Add(-50*time.Minute), noon.Add(-49*time.Minute) }), 0},
		"something other than that":  {about(func(e *inventory.Event) { e.Probe = nil }), 0},
		"the probe of another's pod": {about(func(e *inventory.Event) { e.Regarding.Name = "cart" }), 0},
	} {
		pod := probedPod(func(p *inventory.Pod, c *inventory.Container) {
			c.RunningSince = noon.Add(-50 * time.Minute)
			p.Object = inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web"}
		})
		p := &audit.Pass{Cluster: &inventory.Inventory{Events: []*inventory.Event{test.event}}, Now: noon}
		if got := unhealthyOf(p, pod); len(got) != test.want {
			t.Errorf("%s: %d, want %d", name, len(got), test.want)
		}
	}
}

func TestProbed(t *testing.T) {
	probe := httpProbe(0, 10, 3)
	for name, test := range map[string]struct {
		spec corev1.PodSpec
		want bool
	}{
		"by none":           {corev1.PodSpec{Containers: []corev1.Container{{}, {}}}, false},
		"by liveness":       {corev1.PodSpec{Containers: []corev1.Container{{}, {LivenessProbe: probe}}}, true},
		"by readiness":      {corev1.PodSpec{Containers: []corev1.Container{{ReadinessProbe: probe}}}, true},
		"by startup":        {corev1.PodSpec{Containers: []corev1.Container{{StartupProbe: probe}}}, true},
		"by that of a mesh": {corev1.PodSpec{InitContainers: []corev1.Container{{StartupProbe: probe}}, Containers: []corev1.Container{{}}}, true},
	} {
		if got := probed(&inventory.Template{Spec: test.spec}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
