package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// judge lets each check judge all of its subjects.
func (a *assessment) judge() {
	var kinds []kind
	byKind := map[kind][]*outcome{}
	for i, check := range a.opts.Checks {
		o := a.prepare(check)
		o.position = i
		a.outcomes[check.ID] = o
		if k := check.Judge.kind; o.judges && a.judgesHere(check) {
			if byKind[k] == nil {
				kinds = append(kinds, k)
			}
			byKind[k] = append(byKind[k], o)
		}
	}
	for _, k := range kinds {
		a.judgeKind(byKind[k], a.tallies.of(k))
	}
	a.tallies.sortFailures()
	a.addOutcomes()
	for _, check := range a.opts.Checks {
		if check.Judge.concerns(a.inv.Scope) {
			a.coverage.add(check, a.outcomes[check.ID].covered())
		}
	}
}

// judgeKind lets the checks of one kind judge all its subjects. Processors divide the
// subjects, not the checks, and judge one subject after the other: the facts
// about it are then in the processor's cache for all checks.
func (a *assessment) judgeKind(checks []*outcome, subjects []*tally) {
	shares := inShares(subjects, func(share []*tally) []count {
		pass := &Pass{Cluster: a.inv, Now: a.opts.Now, Settings: a.opts.Settings}
		counts := make([]count, len(checks))
		for _, t := range share {
			for i, o := range checks {
				counts[i].add(a.verdict(pass, o, t), o, t)
			}
		}
		return counts
	})
	for _, counts := range shares {
		for i, o := range checks {
			o.add(counts[i])
		}
	}
}

// verdict returns a check's verdict on one subject, without faults below the
// minimum severity.
func (a *assessment) verdict(pass *Pass, o *outcome, t *tally) Verdict {
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
