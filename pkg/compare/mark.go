package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Mark marks the findings of the later report with what changed, and sums it up. It
// changes that report, whose findings stay in their order.
func (c Comparison) Mark() {
	later := c.later.report
	all := c.differences()
	later.Changes = &api.Changes{Earlier: api.FromReport(c.earlier.report), Reservations: c.reservations(all)}
	counts := &later.Changes.Counts
	for _, d := range all {
		if counted := counts.Of(d.change); counted != nil {
			counted.Add(d.finding.Severity)
		}
		if c.later.open[d.finding.Fingerprint] == d.finding {
			d.finding.Change = d.change
		}
	}
}

// MarkFirstSeen says of each finding of the later report when it was first seen, as far
// as the earlier one knows.
func (c Comparison) MarkFirstSeen() {
	for i := range c.later.report.Findings {
		f := &c.later.report.Findings[i]
		seen := &c.later.report.Metadata.CreationTimestamp
		if before := c.earlier.open[c.names.before(f).Fingerprint]; before != nil {
			seen = &c.earlier.report.Metadata.CreationTimestamp
			if before.FirstSeen != nil {
				seen = before.FirstSeen
			}
		}
		if f.FirstSeen == nil || seen.Before(f.FirstSeen) {
			f.FirstSeen = seen.DeepCopy()
		}
	}
}

// NewFirst moves findings that are new or worse to the front. Apart from that,
// the order stays.
func NewFirst(r *api.Report) {
	rank := func(f api.Finding) int {
		if f.Change.IsWorsening() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(r.Findings, func(a, b api.Finding) int { return rank(a) - rank(b) })
}

// Gate adds the requirement that nothing of a severity or worse is new, or has become
// worse. A report that is compared with nothing meets it. What could not be compared is
// missing only where everything is required.
func Gate(r *api.Report, failOnNew api.Severity) {
	if r.Gate == nil {
		r.Gate = &api.Gate{Holds: true}
	}
	r.Gate.FailOnNew = failOnNew
	if r.Changes == nil {
		return
	}
	if open := Worsened(r.Changes.Counts, failOnNew); open != "" {
		r.Gate.Unmet = append(r.Gate.Unmet, fmt.Sprintf("%s, nothing new may be %s", open, failOnNew.OrWorse()))
		r.Gate.Holds = false
	}
	if text := Uncompared(r, failOnNew); text != "" && r.Gate.RequireComplete {
		r.Gate.Missing = append(r.Gate.Missing, text)
		r.Gate.Holds = false
	}
}

// Uncompared says how many open findings of a severity or worse may be new, because they
// could not be judged in the earlier report. It is empty if there are none.
func Uncompared(r *api.Report, least api.Severity) string {
	n := 0
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Change == api.ChangeUnknown && f.Severity.AtLeast(least) {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("1 finding that is %s cannot be compared", least.OrWorse())
	}
	return fmt.Sprintf("%d findings that are %s cannot be compared", n, least.OrWorse())
}

// Worsened sums up the findings of a severity or worse that are new or have
// become worse: 2 new critical, 1 worse high. It is empty if there are none.
func Worsened(counts api.ChangeCounts, least api.Severity) string {
	var open []string
	for _, change := range []api.Change{api.ChangeNew, api.ChangeWorse} {
		for _, severity := range api.Severities {
			if n := counts.Of(change).Of(severity); n > 0 && severity.AtLeast(least) {
				open = append(open, fmt.Sprintf("%d %s %s", n, change, severity))
			}
		}
	}
	return strings.Join(open, ", ")
}
