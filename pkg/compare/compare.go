// Package compare compares two reports of the same cluster: it says what is new,
// gone, worse or better, and what cannot be known. It is pure.
package compare

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Comparison is an earlier and a later report, side by side.
type Comparison struct {
	earlier, later side
}

// Of compares two reports, which it does not change.
func Of(earlier, later *api.Report) Comparison { return Between(Prepare(earlier), Prepare(later)) }

// Between compares two reports that have been prepared.
func Between(earlier, later *Report) Comparison {
	return Comparison{side{earlier, later, "the earlier report"}, side{later, earlier, "the later report"}}
}

// Became says what became of a finding of the earlier report.
func (c Comparison) Became(f *api.Finding) api.Change {
	if now := c.later.open[f.Fingerprint]; now != nil {
		return c.ofLater(now).change
	}
	return c.ofMissing(f).change
}

// difference describes the change of one finding.
type difference struct {
	change api.Change
	// finding comes from the later report, or from the earlier one if it is gone.
	finding *api.Finding
	// before comes from the earlier report, nil if there is none.
	before *api.Finding
	why    string
}

// differences returns those of all findings: first of the later report, in its order,
// then of those that only the earlier one has.
func (c Comparison) differences() []difference {
	var all []difference
	for i := range c.later.report.Findings {
		all = append(all, c.ofLater(&c.later.report.Findings[i]))
	}
	for i := range c.earlier.report.Findings {
		f := &c.earlier.report.Findings[i]
		if c.later.open[f.Fingerprint] == nil {
			if d := c.ofMissing(f); d.change != api.ChangeSame {
				all = append(all, d)
			}
		}
	}
	return all
}

// ofLater classifies a finding of the later report.
func (c Comparison) ofLater(f *api.Finding) difference {
	d := difference{change: api.ChangeSame, finding: f, before: c.earlier.open[f.Fingerprint]}
	switch {
	case d.before != nil && f.Severity.Rank() < d.before.Severity.Rank():
		d.change = api.ChangeWorse
	case d.before != nil && f.Severity.Rank() > d.before.Severity.Rank():
		d.change = api.ChangeBetter
	case d.before != nil, c.earlier.folds(f):
	case c.earlier.suppressed[f.Fingerprint]:
		d.change, d.why = api.ChangeNew, "it was suppressed"
	default:
		if d.why = c.earlier.whyNotJudged(f); d.why != "" {
			d.change = api.ChangeUnknown
			break
		}
		d.change = api.ChangeNew
	}
	return d
}

// ofMissing classifies a finding that the later report does not have.
func (c Comparison) ofMissing(f *api.Finding) difference {
	d := difference{change: api.ChangeGone, finding: f, before: f}
	switch {
	case c.later.folds(f):
		d.change = api.ChangeSame
	case c.later.suppressed[f.Fingerprint]:
		d.why = "it is suppressed now"
	default:
		if d.why = c.later.whyNotJudged(f); d.why != "" {
			d.change = api.ChangeUnknown
			break
		}
		if !c.later.subjects[subjectOf(f.Object)] {
			d.why = fmt.Sprintf("there is no such %s now", f.Object.Kind)
		}
	}
	return d
}

// subjectOf returns an object without its container and API version.
func subjectOf(o api.Object) api.Object {
	o.APIVersion, o.Container = groupOf(o), ""
	return o
}
