package inventory

// ProbeKind names one of the three probes of a container as the kubelet does, in
// lower case.
type ProbeKind string

// The probes of a container.
const (
	Liveness  ProbeKind = "liveness"
	Readiness ProbeKind = "readiness"
	Startup   ProbeKind = "startup"
)

// ProbeFailure is the content of an Event with the reason Unhealthy.
type ProbeFailure struct {
	Kind ProbeKind
	// Outcome is "failed", or begins with "errored".
	Outcome string
	// Detail is the answer to the probe.
	Detail string
}
