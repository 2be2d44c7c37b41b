package inventory

import "strings"

// ProbeKind is one of a container's three probes, as the kubelet names it in
// lower case.
type ProbeKind string

const (
	Liveness  ProbeKind = "liveness"
	Readiness ProbeKind = "readiness"
	Startup   ProbeKind = "startup"
)

// ProbeFailure is what an Event with the reason Unhealthy says.
type ProbeFailure struct {
	Kind ProbeKind
	// Outcome is "failed", or "errored" and more.
	Outcome string
	// Detail is the answer that the probe got.
	Detail string
}

// combined begins the message of an Event that stands for at least ten which
// differ only in their messages. The last of them follows.
const combined = "(combined from similar events): "

// probeFailure reads the kubelet's "Readiness probe failed: …" or "Liveness
// probe errored and resulted in unknown state: …", nil for all else.
func probeFailure(reason, message string) *ProbeFailure {
	if reason != "Unhealthy" {
		return nil
	}
	name, rest, _ := strings.Cut(message, " probe ")
	outcome, detail, _ := strings.Cut(rest, ": ")
	kind := ProbeKind(strings.ToLower(name))
	switch kind {
	case Liveness, Readiness, Startup:
	default:
		return nil
	}
	if outcome != "failed" && !strings.HasPrefix(outcome, "errored") {
		return nil
	}
	return &ProbeFailure{kind, outcome, strings.TrimSpace(detail)}
}
