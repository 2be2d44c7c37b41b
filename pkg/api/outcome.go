package api

// Outcome is the result of a check, over all of its subjects.
type Outcome string

// A check fails if any subject fails. Otherwise it is unknown if any part of
// what it needs could not be read, and suppressed if only suppressed findings
// are left. It passes only if everything was read and is fine.
const (
	Fail          Outcome = "fail"
	Pass          Outcome = "pass"
	Unknown       Outcome = "unknown"
	AllSuppressed Outcome = "suppressed"
	NotApplicable Outcome = "not-applicable"
)

// Outcomes lists all outcomes.
var Outcomes = []Outcome{Fail, Pass, Unknown, AllSuppressed, NotApplicable}

// Check contains the outcome of one selected check.
type Check struct {
	ID       string   `json:"id"`
	Category string   `json:"category"`
	Severity Severity `json:"severity"`
	// DefaultSeverity is the severity in the catalog, if policy has set
	// another.
	DefaultSeverity Severity `json:"defaultSeverity,omitempty"`
	// Urgency orders findings of the same severity. Faults that are over are
	// low, and come after everything that will fail.
	Urgency Urgency `json:"urgency"`
	Outcome Outcome `json:"outcome"`
	// Judged, Failed and Unknown count subjects.
	Judged  int `json:"judged"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown,omitempty"`
	// Folded counts subjects whose failure a more specific check reports.
	Folded int `json:"folded,omitempty"`
	// Suppressed counts subjects whose failure policy suppresses completely.
	Suppressed int `json:"suppressed,omitempty"`
	// Reason says why the outcome, or a part of it, is unknown.
	Reason string `json:"reason,omitempty"`
}
