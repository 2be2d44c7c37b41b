// Package audit is the engine: it runs checks over an inventory and makes a
// report of what they find. It knows no check by its code and no terminal.
//
// Checks of other modules are built on Check and all that its fields refer to,
// Pass, Verdict, Fault, Fix, Command, Memo and the constructors of options. Until v1, a minor
// version may change them, and the changelog says what to write instead; from v1
// on, they are only added to. Options, Policy, Gate and the rest are for the command.
package audit

import "github.com/prodcheck/kubectl-prodcheck/pkg/api"

// Check is one pattern of production readiness: a value, and a pure function
// over one subject.
type Check struct {
	// ID is kebab-case and names the fault. It never changes its meaning.
	ID       string
	Category Category
	// Title is the fault as a short sentence.
	Title string
	// Severity is that of an ordinary finding; a finding may differ.
	Severity api.Severity
	// Worst is the most severe finding it can make, if worse than Severity.
	Worst api.Severity
	// Since is the version that introduced it.
	Since string
	// Live checks judge status, events, endpoints or time, not the spec alone.
	Live bool
	// Urgency is when what it finds does harm. If empty, that is now for Live checks
	// and at the next event for others.
	Urgency api.Urgency
	// Injected checks also judge the spec of containers that admission added to the
	// pods: for all others, that is the matter of anyone who injects them.
	Injected bool
	// Profile is the least demanding one that runs the check. If empty, it follows from the
	// severity: see LeastProfile.
	Profile api.Profile
	// Options are what a team may set otherwise. Several checks may declare one
	// option: anyone who sets it for one of them sets it for all.
	Options []Option
	// Reads are what the check reads besides its subjects.
	Reads Reads
	// Explains are the checks for which this one speaks: where both see the same
	// container of the same pods of the same subject, at a time that fits, one cause makes
	// one finding, and theirs are folded under it. "ID/VARIANT" is only about faults of
	// that variant.
	Explains []string
	// VariantExplains are more of them, for which only faults of one variant of this check
	// speak.
	VariantExplains map[string][]string
	// Judge says what the subjects are and judges one: Over(Workloads, ...).
	Judge Judge
	Doc   Doc

	// defaultSeverity is the severity in the catalog, where policy has set another for
	// all findings.
	defaultSeverity api.Severity
}

// withSeverity is the check as policy wants it: all that it finds is of one
// severity, also where its faults have their own.
func (c *Check) withSeverity(s api.Severity) *Check {
	set := *c
	set.Severity, set.Worst, set.defaultSeverity = s, s, c.Severity
	return &set
}

// Doc is a check's documentation. Everything that explains a check is rendered
// from it; the examples are the check's own fixtures.
type Doc struct {
	// What it checks: the definition, with all thresholds.
	What string
	// Why it matters: what fails, and who notices.
	Why string
	// Fix says how to repair it, and how to choose the values.
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

// worst is the most severe finding that the check can make.
func (c *Check) worst() api.Severity {
	if c.Worst != "" {
		return c.Worst
	}
	return c.Severity
}
