// Package audit is the engine: it runs checks over an inventory and makes a
// report of their findings. It contains no knowledge of a particular check or of
// a terminal.
//
// Checks of other modules use Check and the types of its fields, Pass, Verdict,
// Fault, Fix, Command, Memo and the constructors of options. Until v1, a minor
// version may change them, and the changelog says what to write instead; from v1
// on, they are only extended. Options, Policy, Gate and the rest are for the
// command.
package audit

import "github.com/prodcheck/kubectl-prodcheck/pkg/api"

// Check is one pattern of production readiness: a value with a pure function
// over one subject.
type Check struct {
	// ID is in kebab-case and names the fault. It never changes its meaning.
	ID       string
	Category Category
	// Title states the fault in a short sentence.
	Title string
	// Severity is the severity of an ordinary finding. A finding may have another
	// one.
	Severity api.Severity
	// Worst is the highest severity of a finding, if higher than Severity.
	Worst api.Severity
	// Since is the version that introduced the check.
	Since string
	// Live checks judge status, events, endpoints or time, not only the spec.
	Live bool
	// Urgency says when a finding does harm. If empty, it is now for Live checks
	// and at the next event for others.
	Urgency api.Urgency
	// Injected checks also judge containers that admission added to the pods. For
	// all other checks, these are the responsibility of the injector.
	Injected bool
	// Profile is the least demanding profile that runs the check. If empty, it
	// follows from the severity: see LeastProfile.
	Profile api.Profile
	// Field is the path of the field that a finding is about, if there is one, so
	// that files can show its line. It starts in the container, in the pod spec or
	// in the spec: resources.limits.memory.
	Field string
	// Options are values that a team may change. Several checks may share an
	// option: setting it for one of them sets it for all.
	Options []Option
	// Reads declares what the check reads besides its subjects.
	Reads Reads
	// Explains lists checks that may see the effects of this check's faults. If
	// both report the same container in the same pods of the same subject, at times
	// that fit, the other finding is folded under this one: one cause makes one
	// finding. "ID/VARIANT" means only faults of that variant.
	Explains []string
	// VariantExplains lists further checks, by the variant of this check's fault
	// that explains them.
	VariantExplains map[string][]string
	// Judge names the kind of subjects and judges one of them: Over(Workloads,
	// ...).
	Judge Judge
	Doc   Doc

	// defaultSeverity is the severity in the catalog, if policy has set another for
	// all findings.
	defaultSeverity api.Severity
}

// withSeverity returns the check with the severity that policy sets. All its
// findings have it, even if a fault has its own.
func (c *Check) withSeverity(s api.Severity) *Check {
	set := *c
	set.Severity, set.Worst, set.defaultSeverity = s, s, c.Severity
	return &set
}

// Doc contains the documentation of a check, from which every explanation of the
// check is rendered. Its examples are fixtures of the check.
type Doc struct {
	// What defines what it checks, with all thresholds.
	What string
	// Why says what fails, and who notices.
	Why string
	// Fix says how to repair the fault, and how to choose the values.
	Fix string
	// Limitations says what the check does not see, and where it may be wrong.
	Limitations string
	// References are pages of the Kubernetes documentation.
	References []string
}

func (c *Check) urgency() api.Urgency {
	switch {
	case c.Urgency != "":
		return c.Urgency
	case c.Live:
		return api.Now
	}
	return api.NextEvent
}

// worst returns the highest severity of a finding of the check.
func (c *Check) worst() api.Severity {
	if c.Worst != "" {
		return c.Worst
	}
	return c.Severity
}
