package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// prepare finds out what each check can judge, and returns those that judge now.
func (a *Audit) prepare() []*outcome {
	var judging []*outcome
	for _, check := range a.opts.Checks {
		o := a.outcomes[check.ID]
		if o.read(a.inv); o.judges {
			judging = append(judging, o)
		}
	}
	return judging
}

// judgeAll lets each check judge all of its subjects. What is known about the
// subjects is most of the memory of an audit, and what is found takes as much again.
// Therefore one part of the subjects after the other becomes findings.
func (a *Audit) judgeAll() {
	for _, part := range a.tallies.parts() {
		a.judge(part)
		for _, t := range part {
			a.suppress(t) // by annotations, then by exceptions
		}
		a.conclude(part)
		a.settle(part)
		a.release(part)
	}
}

// judge lets the checks judge some subjects, with the severities that policy sets,
// and nothing below the minimum. Processors divide the subjects, not the checks, and
// judge one subject after the other: the facts about it are then in the processor's
// cache for all checks.
func (a *Audit) judge(part []*tally) {
	shares := inShares(part, func(share []*tally) []count {
		pass := &Pass{Cluster: a.inv, Now: a.opts.Now, Settings: a.opts.Settings}
		counts := make([]count, len(a.opts.Checks))
		for _, t := range share {
			for _, o := range a.tallies.checks[t.kinds] {
				counts[o.position].add(a.verdict(pass, o, t), o, t)
			}
			fold(t.failures, a.explained, a.opts.Now) // one cause, one finding
		}
		return counts
	})
	for _, counts := range shares {
		a.addCounts(counts)
	}
}

// addCounts adds counts that are indexed by the positions of the checks.
func (a *Audit) addCounts(counts []count) {
	for i, check := range a.opts.Checks {
		a.outcomes[check.ID].add(counts[i])
	}
}

// cover adds up how much of each check could be judged.
func (a *Audit) cover() {
	for _, check := range a.opts.Checks {
		if check.Judge.concerns(a.inv.Scope) {
			a.coverage.add(check, a.outcomes[check.ID].covered())
		}
	}
}

// release drops what was judged: nothing asks for it any more, since objects refer
// to each other within a namespace.
func (a *Audit) release(part []*tally) {
	a.inv.Release(part[len(part)-1].namespace())
	for _, t := range part {
		t.subject = subject{}
	}
}

// verdict returns a check's verdict on one subject, without faults below the
// minimum severity.
func (a *Audit) verdict(pass *Pass, o *outcome, t *tally) Verdict {
	if why := a.inv.WhyUnread(t.namespace(), o.unread...); why != "" {
		return Unknown(why)
	}
	v := o.check.Judge.judge(pass, t.item)
	if w, ok := t.item.(*inventory.Workload); ok && !o.check.Live && !o.check.Injected {
		v.faults = slices.DeleteFunc(v.faults, func(f Fault) bool { return f.Container != "" && w.Injected(f.Container) })
	}
	if len(v.faults) > 0 {
		if why := a.inv.WhyIncomplete(t.namespace(), o.check.Reads.AbsentFrom...); why != "" {
			return Unknown(why)
		}
	}
	if a.opts.MinSeverity == "" {
		return v
	}
	v.faults = slices.DeleteFunc(v.faults, func(f Fault) bool {
		hidden := !f.severity(o.check).AtLeast(a.opts.MinSeverity)
		if hidden {
			a.suppressor.hide(&t.subject, o.check, &f)
		}
		return hidden
	})
	return v
}

// count counts the subjects of one check by their outcome.
type count struct {
	judged, unknown            int
	failed, suppressed, folded int
	// first is the first subject that is unknown.
	first unknownSubject
}

func (c *count) add(v Verdict, o *outcome, t *tally) {
	switch v.outcome {
	case api.NotApplicable:
	case api.Unknown:
		if c.unknown++; c.first.Reason == "" {
			c.first = unknownSubject{t.namespace(), v.reason}
		}
	default:
		c.judged++
		if len(v.faults) == 0 {
			t.judged = true
		} else {
			t.failures = append(t.failures, &failure{check: o.check, position: o.position, faults: v.faults})
		}
	}
}
