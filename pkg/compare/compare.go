// Package compare compares two reports of the same cluster: it says what is new,
// gone, worse or better, and what cannot be known. It is pure.
package compare

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Comparison is an earlier and a later report, side by side.
type Comparison struct {
	earlier, later side
	names          names
}

// Of compares two reports, which it does not change.
func Of(earlier, later *api.Report) Comparison { return Between(Prepare(earlier), Prepare(later)) }

// Between compares two reports that have been prepared.
func Between(earlier, later *Report) Comparison {
	c := Comparison{earlier: side{earlier, later, "the earlier report"}, later: side{later, earlier, "the later report"}}
	c.names = c.pairNames()
	return c
}

// Became says what became of a finding of the earlier report.
func (c Comparison) Became(f *api.Finding) api.Change {
	if now := c.later.open[c.names.now(f).Fingerprint]; now != nil {
		return c.ofLater(now).change
	}
	return c.ofMissing(f).change
}

// ChangeOf says how a finding of the later report differs from the earlier one.
func (c Comparison) ChangeOf(f *api.Finding) api.Change { return c.ofLater(f).change }

// Was returns a finding of the later report by the name that its object had before.
func (c Comparison) Was(f *api.Finding) *api.Finding { return c.names.before(f) }

// difference describes the change of one finding.
type difference struct {
	change api.Change
	// finding comes from the later report, or from the earlier one if it is gone, with the
	// name that its object has now.
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
		if c.later.open[c.names.now(f).Fingerprint] == nil {
			if d := c.ofMissing(f); d.change != api.ChangeSame {
				all = append(all, d)
			}
		}
	}
	return all
}

// ofLater classifies a finding of the later report.
func (c Comparison) ofLater(f *api.Finding) difference {
	was := c.names.before(f)
	d := difference{change: api.ChangeSame, finding: f, before: c.earlier.open[was.Fingerprint]}
	switch {
	case d.before != nil && f.Severity.Rank() < d.before.Severity.Rank():
		d.change = api.ChangeWorse
	case d.before != nil && f.Severity.Rank() > d.before.Severity.Rank():
		d.change = api.ChangeBetter
	case d.before != nil, c.earlier.folds(was):
	case c.earlier.suppressed[was.Fingerprint]:
		d.change, d.why = api.ChangeNew, "it was suppressed"
	default:
		if d.why = c.earlier.whyNotJudged(was); d.why != "" {
			d.change = api.ChangeUnknown
			break
		}
		d.change = api.ChangeNew
	}
	return d
}

// ofMissing classifies a finding that the later report does not have.
func (c Comparison) ofMissing(f *api.Finding) difference {
	d := difference{change: api.ChangeGone, before: f}
	f = c.names.now(f)
	d.finding = f
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
	o.APIVersion, o.Container = schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).Group, ""
	return o
}
