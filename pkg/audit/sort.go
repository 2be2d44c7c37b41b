package audit

import (
	"cmp"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// ranks is the number of ranks.
var ranks = (len(api.Severities) + 1) * len(api.Urgencies)

// rank is 0 for the findings to read first. A fault that is over is low, so it
// comes after everything that will fail.
func (c *Check) rank(s api.Severity) int {
	urgency := c.urgency()
	if urgency == api.Now && s == api.Low && c.Severity.AtLeast(api.Medium) {
		urgency = api.Later
	}
	return s.Rank()*len(api.Urgencies) + urgency.Rank()
}

// sortReport puts the worst findings first and, among these, the most urgent. No
// order depends on anything but content.
func sortReport(r *api.Report, checks []*Check) {
	byID := make(map[string]*Check, len(checks))
	for _, c := range checks {
		byID[c.ID] = c
	}
	compareFindings := func(a, b *api.Finding) int {
		if a.Severity != b.Severity || a.Check != b.Check {
			if n := cmp.Compare(byID[a.Check].rank(a.Severity), byID[b.Check].rank(b.Severity)); n != 0 {
				return n
			}
		}
		if n := compareObjects(&a.Object, &b.Object); n != 0 {
			return n
		}
		return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message))
	}
	slices.SortStableFunc(r.Findings, func(a, b api.Finding) int { return compareFindings(&a, &b) })
	slices.SortStableFunc(r.Suppressed, func(a, b api.Suppressed) int { return compareFindings(&a.Finding, &b.Finding) })
	slices.SortStableFunc(r.Subjects, func(a, b api.Subject) int { return compareObjects(&a.Object, &b.Object) })
	slices.SortStableFunc(r.Namespaces, func(a, b api.Namespace) int {
		return cmp.Or(a.Score.Compare(b.Score), cmp.Compare(a.Name, b.Name))
	})
}

// Most findings differ early.
func compareObjects(a, b *api.Object) int {
	if n := cmp.Compare(a.Namespace, b.Namespace); n != 0 {
		return n
	}
	if n := cmp.Compare(a.Kind, b.Kind); n != 0 {
		return n
	}
	if n := cmp.Compare(a.Name, b.Name); n != 0 {
		return n
	}
	return cmp.Compare(a.Container, b.Container)
}
