package probes

import (
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestReadUnhealthy(t *testing.T) {
	for _, test := range []struct {
		reason, message string
		probe           kind
		detail          string
	}{
		{"Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500", readiness, "HTTP probe failed with statuscode: 500"},
		{"Unhealthy", "Liveness probe failed: ", liveness, ""},
		{"Unhealthy", "Startup probe failed: a\nb\n", startup, "a\nb"},
		{"Unhealthy", "Startup probe errored and resulted in unknown state: rpc error", startup, "rpc error"},
		{"Unhealthy", "Liveness probe errored: rpc error", liveness, "rpc error"},
		{"Unhealthy", "(combined from similar events): Liveness probe failed: x", liveness, "x"},
		{"Unhealthy", "Liveness probe warning: x", "", ""},
		{"Unhealthy", "Deep probe failed: x", "", ""},
		{"Unhealthy", "", "", ""},
		{"ProbeWarning", "Liveness probe failed: x", "", ""},
	} {
		got, ok := readUnhealthy(&inventory.Event{Reason: test.reason, Message: test.message})
		if ok != (test.probe != "") || got.probe != test.probe || got.detail != test.detail {
			t.Errorf("%s %q: %v %q %q", test.reason, test.message, ok, got.probe, got.detail)
		}
	}
}

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
	} {
		if got := (unhealthy{detail: test.detail}).timedOut(test.exec); got != test.want {
			t.Errorf("exec %v, %q: %v", test.exec, test.detail, got)
		}
	}
}

func FuzzReadUnhealthy(f *testing.F) {
	f.Add("Readiness probe failed: HTTP probe failed with statuscode: 500")
	f.Add("(combined from similar events): Liveness probe errored and resulted in unknown state: x")
	f.Fuzz(func(t *testing.T, message string) {
		u, ok := readUnhealthy(&inventory.Event{Reason: "Unhealthy", Message: message})
		if ok && (u.probe == "" || !strings.Contains(message, u.detail)) {
			t.Errorf("%q: %+v", message, u)
		}
	})
}
