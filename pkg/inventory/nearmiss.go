package inventory

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// NearMiss is what a selector that selects nothing most likely means: the labels
// that it asks for but for one value, which is misspelt or differs though others
// agree.
type NearMiss struct {
	*Workload
	Label, Wanted, Has string
}

func (n *NearMiss) String() string {
	return fmt.Sprintf("%s %s in these files has %s=%s", n.Kind, n.Name, n.Label, n.Has)
}

// NearMiss finds the only workload of a namespace that a selector nearly selects,
// nil where there is none or several.
func (inv *Inventory) NearMiss(namespace string, s labels.Selector) *NearMiss {
	var only *NearMiss
	for _, w := range inv.Workloads {
		if w.Namespace != namespace || len(w.Templates) == 0 {
			continue
		}
		near := nearlySelects(s, w)
		switch {
		case near != nil && only != nil:
			return nil
		case near != nil:
			only = near
		}
	}
	return only
}

func nearlySelects(s labels.Selector, w *Workload) *NearMiss {
	requirements, selectable := s.Requirements()
	if !selectable {
		return nil
	}
	var miss *NearMiss
	for _, r := range requirements {
		if r.Matches(labels.Set(w.Templates[0].Labels)) {
			continue
		}
		has, found := w.Templates[0].Labels[r.Key()]
		if !found || miss != nil || !asksForOne(&r) {
			return nil
		}
		miss = &NearMiss{w, r.Key(), r.ValuesUnsorted()[0], has}
	}
	if miss == nil || len(requirements) < 2 && !misspelt(miss.Wanted, miss.Has) {
		return nil
	}
	return miss
}

// asksForOne reports whether a requirement is fulfilled by a single value.
func asksForOne(r *labels.Requirement) bool {
	switch r.Operator() {
	case selection.Equals, selection.DoubleEquals, selection.In:
		return len(r.ValuesUnsorted()) == 1
	}
	return false
}

// misspelt reports whether one value is most likely meant to be the other. Short
// ones that have little in common are different words, and numbers are different
// instances.
func misspelt(a, b string) bool {
	const most = 2
	distance := levenshtein.ComputeDistance(a, b)
	return distance <= most && 2*distance < min(len(a), len(b)) && withoutDigits(a) != withoutDigits(b)
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}
