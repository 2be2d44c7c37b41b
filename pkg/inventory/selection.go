package inventory

import (
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// SingleValue returns the only value that fulfills a requirement, if there is
// exactly one.
func SingleValue(r *labels.Requirement) (string, bool) {
	switch r.Operator() {
	case selection.Equals, selection.DoubleEquals, selection.In:
		values := r.ValuesUnsorted()
		return values[0], len(values) == 1
	}
	return "", false
}
