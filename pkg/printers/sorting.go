package printers

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SortKeys are the columns by which a table can be sorted.
var SortKeys = []string{"check", "first-seen", sortNamespace, "object", "severity", "since"}

// sortNamespace also orders the scoreboard.
const sortNamespace = "namespace"

// sort orders the rows by the column that the user asks for. Equal ones stay in the
// order of the report.
func (t *table) sort() {
	compare := map[string]func(a, b entry) int{
		"check":       func(a, b entry) int { return strings.Compare(a.Check, b.Check) },
		"first-seen":  func(a, b entry) int { return newestFirst(a.FirstSeen, b.FirstSeen) },
		sortNamespace: func(a, b entry) int { return strings.Compare(a.namespace, b.namespace) },
		"object":      func(a, b entry) int { return strings.Compare(a.object, b.object) },
		"severity":    func(a, b entry) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) },
		"since":       func(a, b entry) int { return newestFirst(a.Since, b.Since) },
	}[t.SortBy]
	if compare != nil {
		slices.SortStableFunc(t.rows, compare)
	}
}

// newestFirst puts unknown times last.
func newestFirst(a, b *metav1.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return b.Compare(a.Time)
}
