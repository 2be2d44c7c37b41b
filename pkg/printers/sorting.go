package printers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// SortKeys are the columns by which a table can be sorted.
var SortKeys = []string{"check", "namespace", "object", "severity", "since"}

// sort orders the rows by the column that the user asks for. Equal ones stay in the
// order of the report.
func (t *table) sort() {
	compare := map[string]func(a, b entry) int{
		"check":     func(a, b entry) int { return strings.Compare(a.Check, b.Check) },
		"namespace": func(a, b entry) int { return strings.Compare(a.namespace, b.namespace) },
		"object":    func(a, b entry) int { return strings.Compare(a.object, b.object) },
		"severity":  func(a, b entry) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) },
		"since":     func(a, b entry) int { return newestFirst(&a.Finding, &b.Finding) },
	}[t.SortBy]
	if compare != nil {
		slices.SortStableFunc(t.rows, compare)
	}
}

// newestFirst puts findings without a known beginning last.
func newestFirst(a, b *api.Finding) int {
	switch {
	case a.Since == nil && b.Since == nil:
		return 0
	case a.Since == nil:
		return 1
	case b.Since == nil:
		return -1
	}
	return b.Since.Compare(a.Since.Time)
}
