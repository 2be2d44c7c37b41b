package probes

import (
	"testing"

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
