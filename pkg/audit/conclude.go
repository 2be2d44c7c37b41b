package audit

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// conclusion contains what was found in some subjects.
type conclusion struct {
	findings []api.Finding
	// ranks are the ranks of the findings.
	ranks      []int8
	suppressed []api.Suppressed
	// counts are indexed by the positions of the checks.
	counts    []count
	positions *inventory.Positions
}

// conclude turns the failures of some subjects into findings.
func (a *Audit) conclude(part []*tally) {
	for _, c := range inShares(part, a.concludeShare) {
		a.addCounts(c.counts)
		a.conclusions = append(a.conclusions, c)
	}
}

func (a *Audit) concludeShare(share []*tally) *conclusion {
	c := &conclusion{counts: make([]count, len(a.opts.Checks)), positions: a.inv.Positions}
	n := 0
	for _, t := range share {
		n += len(t.failures)
	}
	c.findings, c.ranks = make([]api.Finding, 0, n), make([]int8, 0, n)
	for _, t := range share {
		for _, f := range t.failures {
			c.add(t, f)
		}
		t.failures = nil
	}
	return c
}

// gather puts all findings into the report.
func (a *Audit) gather() {
	n := 0
	for _, c := range a.conclusions {
		n += len(c.findings)
		a.report.Suppressed = append(a.report.Suppressed, c.suppressed...)
	}
	a.report.Findings = make([]api.Finding, 0, n)
	// Put findings into their place by rank right away: a later sort would move
	// each of them again and again.
	for rank := range ranks {
		for _, c := range a.conclusions {
			for i := range c.findings {
				if c.ranks[i] == int8(rank) {
					a.report.Findings = append(a.report.Findings, c.findings[i])
				}
			}
		}
	}
	a.conclusions = nil
	a.addConcluded()
}

// add makes a finding of a failure. A suppressed failure takes no points and
// does not count as judged.
func (c *conclusion) add(t *tally, f *failure) {
	for _, s := range f.suppressed {
		c.suppressed = append(c.suppressed, api.Suppressed{Finding: f.finding(t.object, s.faults, c.positions), By: s.by.DeepCopy()})
	}
	n := &c.counts[f.position]
	switch {
	case len(f.own) > 0:
		n.failed++
	case len(f.suppressed) > 0:
		n.suppressed++
		return
	default:
		n.folded++
		return
	}
	finding := f.finding(t.object, f.own, c.positions)
	c.findings, c.ranks = append(c.findings, finding), append(c.ranks, int8(f.check.rank(finding.Severity)))
	t.judged = true
	t.lost += finding.Severity.Points()
	t.blocked = t.blocked || finding.Severity.AtLeast(api.High)
}
