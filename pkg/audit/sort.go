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
	slices.SortStableFunc(r.Subjects, func(a, b report.Subject) int { return compareObjects(&a.Object, &b.Object) })
	slices.SortStableFunc(r.Namespaces, func(a, b report.Namespace) int {
		return cmp.Or(a.Score.Compare(b.Score), cmp.Compare(a.Name, b.Name))
	})
}

func compareFindings(a, b report.Finding) int {
	if a.Severity != b.Severity {
		return cmp.Compare(a.Severity.Rank(), b.Severity.Rank())
	}
	if n := compareObjects(&a.Object, &b.Object); n != 0 {
		return n
	}
	return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message))
}

// Of all that is compared, most differs early.
func compareObjects(a, b *report.Object) int {
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
