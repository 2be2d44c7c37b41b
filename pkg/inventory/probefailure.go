package inventory

// ProbeKind is one of a container's three probes, as the kubelet names it in
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
	// Outcome is "failed", or "errored" and more.
	Outcome string
	// Detail is the answer that the probe got.
	Detail string
}
