package audit

import "github.com/prodcheck/kubectl-prodcheck/pkg/api"

// conclusion is the result for some of the subjects.
type conclusion struct {
	findings []api.Finding
	// ranks are those of the findings.
	ranks      []int8
	suppressed []api.Suppressed
	// counts are those of the checks, by their positions.
	counts []count
}

// conclude makes findings of what was found wrong.
func (a *assessment) conclude() {
	shares := inShares(a.tallies.all, a.concludeShare)
	n := 0
	for _, c := range shares {
		n += len(c.findings)
	}
	a.report.Findings = make([]api.Finding, 0, n)
	// All but in their final order: to sort them would move each again and again.
	for rank := range ranks {
		for _, c := range shares {
			for i := range c.findings {
				if c.ranks[i] == int8(rank) {
					a.report.Findings = append(a.report.Findings, c.findings[i])
				}
			}
		}
	}
	for _, c := range shares {
		a.report.Suppressed = append(a.report.Suppressed, c.suppressed...)
		for i, check := range a.opts.Checks {
			a.outcomes[check.ID].add(c.counts[i])
		}
	}
}

func (a *assessment) concludeShare(share []*tally) *conclusion {
	c := &conclusion{counts: make([]count, len(a.opts.Checks))}
	n := 0
	for _, t := range share {
		n += len(t.failures)
	}
	c.findings, c.ranks = make([]api.Finding, 0, n), make([]int8, 0, n)
	for _, t := range share {
		for _, f := range t.failures {
			c.add(t, f)
		}
		// What the findings were made of takes more memory than they do.
		t.failures = nil
	}
	return c
}

// add makes a finding of a failure. What is suppressed takes no points, and does
// not count as judged.
func (c *conclusion) add(t *tally, f *failure) {
	for _, s := range f.suppressed {
		c.suppressed = append(c.suppressed, api.Suppressed{Finding: f.finding(t.object, s.faults), By: s.by.DeepCopy()})
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
	finding := f.finding(t.object, f.own)
	c.findings, c.ranks = append(c.findings, finding), append(c.ranks, int8(f.check.rank(finding.Severity)))
	t.judged = true
	t.lost += finding.Severity.Points()
	t.blocked = t.blocked || finding.Severity.AtLeast(api.High)
}
