package processes

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// What was not sampled is unknown, and the reason says what it takes.
func TestNotSampled(t *testing.T) {
	for _, test := range []struct {
		check   *audit.Check
		fixture string
		want    string
	}{
		{LogsSilent, "edge-not-sampled", "logs: not sampled, which requires --logs and permission to get pods/log"},
		{LogsSilent, "edge-forbidden", "logs: forbidden (requires permission to get pods/log)"},
		{RootFilesystemWritten, "edge-not-sampled", "kubelet stats: not sampled, which requires --kubelet-stats and permission to get nodes/proxy"},
		{RootFilesystemWritten, "edge-forbidden", "kubelet stats: forbidden (requires permission to get nodes/proxy)"},
		{RootFilesystemWritten, "edge-untold", "kubelet stats: the kubelet does not report it (requires permission to get nodes/proxy)"},
	} {
		got := audittest.Load(t, test.check, "testdata", test.fixture).Audit(t, inventory.AllResources(), test.check).Checks[0]
		if got.Outcome != api.Unknown || got.Reason != test.want {
			t.Errorf("%s, %s: %s, %q", test.check.ID, test.fixture, got.Outcome, got.Reason)
		}
	}
}
