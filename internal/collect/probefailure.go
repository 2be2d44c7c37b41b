package collect

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// combined begins the message of an Event that stands for at least ten Events
// with different messages. The last of these messages follows.
const combined = "(combined from similar events): "

// probeFailure parses the kubelet's "Readiness probe failed: …" or "Liveness
// probe errored and resulted in unknown state: …". It returns nil for anything
// else.
func probeFailure(reason, message string) *inventory.ProbeFailure {
	if reason != "Unhealthy" {
		return nil
	}
	name, rest, _ := strings.Cut(message, " probe ")
	outcome, detail, _ := strings.Cut(rest, ": ")
	kind := inventory.ProbeKind(strings.ToLower(name))
	switch kind {
	case inventory.Liveness, inventory.Readiness, inventory.Startup:
	default:
		return nil
	}
	if outcome != "failed" && !strings.HasPrefix(outcome, "errored") {
		return nil
	}
	return &inventory.ProbeFailure{Kind: kind, Outcome: outcome, Detail: strings.TrimSpace(detail)}
}
