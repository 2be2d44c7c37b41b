package inventory

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestProbeFailure(t *testing.T) {
	for _, test := range []struct {
		reason, message string
		want            ProbeFailure
	}{
		{"Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500",
			ProbeFailure{Readiness, "failed", "HTTP probe failed with statuscode: 500"}},
		{"Unhealthy", "Liveness probe failed: ", ProbeFailure{Liveness, "failed", ""}},
		{"Unhealthy", "Startup probe failed: a\nb\n", ProbeFailure{Startup, "failed", "a\nb"}},
		{"Unhealthy", "Startup probe errored and resulted in unknown state: rpc error",
			ProbeFailure{Startup, "errored and resulted in unknown state", "rpc error"}},
		{"Unhealthy", "Liveness probe errored: rpc error", ProbeFailure{Liveness, "errored", "rpc error"}},
		{"Unhealthy", "(combined from similar events): Liveness probe failed: x", ProbeFailure{Liveness, "failed", "x"}},
		{"Unhealthy", "Liveness probe warning: x", ProbeFailure{}},
		{"Unhealthy", "Deep probe failed: x", ProbeFailure{}},
		{"Unhealthy", "Live", ProbeFailure{}},
		{"Unhealthy", "", ProbeFailure{}},
		{"ProbeWarning", "Liveness probe failed: x", ProbeFailure{}},
	} {
		e := projectEvent(&corev1.Event{Reason: test.reason, Message: test.message})
		switch got := e.Probe; {
		case (got == nil) != (test.want == ProbeFailure{}):
			t.Errorf("%s %q: %+v", test.reason, test.message, got)
		case got != nil && *got != test.want:
			t.Errorf("%s %q: %+v", test.reason, test.message, *got)
		}
		if strings.HasPrefix(e.Message, "(combined") {
			t.Errorf("%q is kept as it came", e.Message)
		}
	}
}

func FuzzProbeFailure(f *testing.F) {
	f.Add("Readiness probe failed: HTTP probe failed with statuscode: 500")
	f.Add("(combined from similar events): Liveness probe errored and resulted in unknown state: x")
	f.Fuzz(func(t *testing.T, message string) {
		failed := probeFailure("Unhealthy", message)
		if failed != nil && (failed.Kind == "" || !strings.Contains(message, failed.Detail)) {
			t.Errorf("%q: %+v", message, failed)
		}
	})
}
