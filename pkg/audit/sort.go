package audit

import (
	"cmp"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// sortReport puts the worst first and makes every order depend on the content
// alone.
func sortReport(r *report.Report) {
	slices.SortStableFunc(r.Findings, compareFindings)
	slices.SortStableFunc(r.Suppressed, func(a, b report.Suppressed) int { return compareFindings(a.Finding, b.Finding) })
	slices.SortStableFunc(r.Subjects, func(a, b report.Subject) int { return compareObjects(a.Object, b.Object) })
	slices.SortStableFunc(r.Namespaces, func(a, b report.Namespace) int {
		return cmp.Or(compareScores(a.Score.Score, b.Score.Score), cmp.Compare(a.Name, b.Name))
	})
}

func compareFindings(a, b report.Finding) int {
	return cmp.Or(
		cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
		compareObjects(a.Object, b.Object),
		cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message))
}

func compareObjects(a, b report.Object) int {
	return cmp.Or(
		cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Name, b.Name), cmp.Compare(a.Container, b.Container))
}

// compareScores puts the lowest first and what has no score last.
func compareScores(a, b *int) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*a, *b)
}
