package compare

import (
	"cmp"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Diff lists what differs, by subject, the worst first.
func (c Comparison) Diff() *api.ReportDiff {
	d := api.NewDiff(c.earlier.report, c.later.report)
	all := c.differences()
	d.Reservations = c.reservations(all)
	oldScores, newScores := scores(c.earlier.report), scores(c.later.report)
	position := map[api.Object]int{}
	for _, one := range all {
		if one.change == api.ChangeSame {
			continue
		}
		subject := subjectOf(one.finding.Object)
		i, known := position[subject]
		if !known {
			i = len(d.Items)
			position[subject] = i
			object := one.finding.Object
			object.Container = ""
			d.Items = append(d.Items, api.SubjectDiff{Object: object, OldScore: oldScores[c.names.subjectBefore(subject)], NewScore: newScores[subject]})
		}
		item := api.FindingDiff{Finding: *one.finding, Why: one.why}
		item.Change = one.change
		if one.before != nil && one.before.Severity != one.finding.Severity {
			item.OldSeverity = one.before.Severity
		}
		d.Items[i].Findings = append(d.Items[i].Findings, item)
		d.Counts.Of(one.change).Add(one.finding.Severity)
	}
	for i := range d.Items {
		slices.SortStableFunc(d.Items[i].Findings, compareFindings)
	}
	slices.SortStableFunc(d.Items, func(a, b api.SubjectDiff) int {
		return cmp.Or(compareFindings(a.Findings[0], b.Findings[0]),
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return d
}

// compareFindings sorts by change: worsenings come before unknown changes, and
// these before improvements. Within a change, the worst severity comes first.
func compareFindings(a, b api.FindingDiff) int {
	return cmp.Or(cmp.Compare(direction(a.Change), direction(b.Change)), cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
		cmp.Compare(a.Check, b.Check), cmp.Compare(a.Object.Container, b.Object.Container))
}

func direction(c api.Change) int {
	switch {
	case c.IsWorsening():
		return 0
	case c == api.ChangeUnknown:
		return 1
	}
	return 2
}

func scores(r *api.Report) map[api.Object]*int {
	scores := map[api.Object]*int{}
	for i := range r.Subjects {
		scores[subjectOf(r.Subjects[i].Object)] = r.Subjects[i].Score
	}
	return scores
}
