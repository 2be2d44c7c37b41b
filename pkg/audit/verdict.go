package audit

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Verdict is the result of a check for one subject.
type Verdict struct {
	outcome api.Outcome
	reason  string
	faults  []Fault
}

// NotApplicable says that the check has nothing to ask of this subject.
func NotApplicable() Verdict { return Verdict{outcome: api.NotApplicable} }

// Unknown says that the subject cannot be judged, for a reason that a person can act on.
func Unknown(reason string) Verdict { return Verdict{outcome: api.Unknown, reason: reason} }

// Faults says that the subject fails for these, or passes if there are none.
func Faults(faults ...Fault) Verdict {
	if len(faults) == 0 {
		return Verdict{outcome: api.Pass}
	}
	return Verdict{outcome: api.Fail, faults: faults}
}

// FaultsUnless is Faults, but says that the subject cannot be judged where there are
// none and something was not read that may have shown one.
func FaultsUnless(unread string, faults ...Fault) Verdict {
	if len(faults) == 0 && unread != "" {
		return Unknown(unread)
	}
	return Faults(faults...)
}

// Fault is something wrong with a subject or one of its containers. The engine
// makes one finding of all the faults that a check sees in a subject.
type Fault struct {
	// Container is empty when the whole subject is concerned.
	Container string
	// Pods are those that it was seen in, the worst first. The evidence names
	// the first few and their nodes.
	Pods []*inventory.Pod
	// Seen are the times at which it was last seen in each of them, nil where it
	// goes on.
	Seen []time.Time
	// Without is the fault in those of the pods for which no other check speaks,
	// nil if it cannot be reported for a part of them.
	Without func(spoken func(*inventory.Pod) bool) *Fault
	// Variant tells faults of one check apart where folding does.
	Variant string
	// Severity, if empty, is the check's.
	Severity api.Severity
	Message  string
	Evidence api.Evidence
	// Since is when it began, zero where that is not known.
	Since time.Time
	Fix   Fix
}
