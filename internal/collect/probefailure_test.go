package collect

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestProbeFailure(t *testing.T) {
	for _, test := range []struct {
		reason, message string
		want            inventory.ProbeFailure
	}{
		{"Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500",
			inventory.ProbeFailure{Kind: inventory.Readiness, Outcome: "failed", Detail: "HTTP probe failed with statuscode: 500"}},
		{"Unhealthy", "Liveness probe failed: ", inventory.ProbeFailure{Kind: inventory.Liveness, Outcome: "failed", Detail: ""}},
		{"Unhealthy", "Startup probe failed: a\nb\n", inventory.ProbeFailure{Kind: inventory.Startup, Outcome: "failed", Detail: "a\nb"}},
		{"Unhealthy", "Startup probe errored and resulted in unknown state: rpc error",
			inventory.ProbeFailure{Kind: inventory.Startup, Outcome: "errored and resulted in unknown state", Detail: "rpc error"}},
		{"Unhealthy", "Liveness probe errored: rpc error", inventory.ProbeFailure{Kind: inventory.Liveness, Outcome: "errored", Detail: "rpc error"}},
		{"Unhealthy", "(combined from similar events): Liveness probe failed: x", inventory.ProbeFailure{Kind: inventory.Liveness, Outcome: "failed", Detail: "x"}},
		{"Unhealthy", "Liveness probe warning: x", inventory.ProbeFailure{}},
		{"Unhealthy", "Deep probe failed: x", inventory.ProbeFailure{}},
		{"Unhealthy", "Live", inventory.ProbeFailure{}},
		{"Unhealthy", "", inventory.ProbeFailure{}},
		{"ProbeWarning", "Liveness probe failed: x", inventory.ProbeFailure{}},
	} {
		e := projectEvent(&corev1.Event{Reason: test.reason, Message: test.message})
		switch got := e.Probe; {
		case (got == nil) != (test.want == inventory.ProbeFailure{}):
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
