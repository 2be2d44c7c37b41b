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

// NotApplicable says that the check has nothing to ask about this subject.
func NotApplicable() Verdict { return Verdict{outcome: api.NotApplicable} }

// Unknown says that the subject cannot be judged, with a reason that tells a
// person what to do.
func Unknown(reason string) Verdict { return Verdict{outcome: api.Unknown, reason: reason} }

// Faults says that the subject has these faults, or passes if there are none.
func Faults(faults ...Fault) Verdict {
	if len(faults) == 0 {
		return Verdict{outcome: api.Pass}
	}
	return Verdict{outcome: api.Fail, faults: faults}
}

// FaultsUnless is like Faults, but says that the subject cannot be judged if
// there are no faults and unread, which may have shown one, is not empty.
func FaultsUnless(unread string, faults ...Fault) Verdict {
	if len(faults) == 0 && unread != "" {
		return Unknown(unread)
	}
	return Faults(faults...)
}

// Fault is something wrong with a subject or one of its containers. The engine
// makes one finding of all the faults that a check sees in a subject.
type Fault struct {
	// Container is empty if the fault is about the whole subject.
	Container string
	// Pods are the pods in which the fault was seen, the worst first. The evidence
	// names the first few and their nodes.
	Pods []*inventory.Pod
	// Seen contains the time at which each of them last showed the fault, nil if it
	// continues.
	Seen []time.Time
	// Without returns the fault in those pods that no other check explains. It is
	// nil if the fault cannot be reported for some of its pods.
	Without func(explained func(*inventory.Pod) bool) *Fault
	// Variant distinguishes faults of one check for folding.
	Variant string
	// Severity replaces the check's, if set.
	Severity api.Severity
	Message  string
	Evidence api.Evidence
	// Since is the time at which the fault began, zero if unknown.
	Since time.Time
	Fix   Fix
}
