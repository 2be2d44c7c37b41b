package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"k8s.io/apimachinery/pkg/labels"
)

// NearMiss is the object that a selector which selects nothing most likely
// means. The labels match except one, whose value is misspelled or differs.
type NearMiss struct {
	*Object
	Label, Wanted, Has string
}

func (n *NearMiss) String() string {
	if n.Has == "" {
		return fmt.Sprintf("%s %s makes other pods, none with %s=%s", n.Kind, n.Name, n.Label, n.Wanted)
	}
	return fmt.Sprintf("%s %s has %s=%s", n.Kind, n.Name, n.Label, n.Has)
}

// NearMiss finds the only workload or custom resource of a namespace that a
// selector nearly selects. It returns nil if there is none, or more than one.
func (inv *Inventory) NearMiss(namespace string, s labels.Selector) *NearMiss {
	var found []*NearMiss
	try := func(o *Object, labels labels.Set, added, numbered func(label, value string) bool) {
		if o.Namespace != namespace || slices.ContainsFunc(found, func(n *NearMiss) bool { return n.Object == o || n.Kind == o.Kind && n.Name == o.Name }) {
			return
		}
		if near := nearlySelects(s, labels, added, numbered); near != nil {
			near.Object = o
			found = append(found, near)
		}
	}
	for _, w := range inv.Workloads {
		if len(w.Templates) > 0 {
			try(&w.Object, w.Templates[0].Labels, w.gives, w.numbers)
		}
	}
	none := func(_, _ string) bool { return false }
	for _, m := range inv.Makers {
		try(&m.Object, m.Labels, none, none)
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// nearlySelects finds the one label that keeps a selector from selecting a
// template. Labels that controllers add are not in the template; those that
// number pods are on all of them.
func nearlySelects(s labels.Selector, of labels.Set, added, numbered func(label, value string) bool) *NearMiss {
	requirements, selectable := s.Requirements()
	if !selectable {
		return nil
	}
	var miss *NearMiss
	for _, r := range requirements {
		if r.Matches(of) {
			continue
		}
		has, found := of[r.Key()]
		wanted, one := SingleValue(&r)
		if one && added(r.Key(), wanted) {
			continue
		}
		if miss != nil || !one || !found && !numbered(r.Key(), wanted) {
			return nil
		}
		miss = &NearMiss{Label: r.Key(), Wanted: wanted, Has: has}
	}
	if miss == nil || miss.Has != "" && len(requirements) < 2 && !misspelled(miss.Wanted, miss.Has) {
		return nil
	}
	return miss
}

// misspelled reports whether one value is most likely a misspelling of the
// other. Short values that have little in common are different words, and
// numbers are different instances.
func misspelled(a, b string) bool {
	const most = 2
	distance := levenshtein.ComputeDistance(a, b)
	if swapped(a, b) {
		distance = 1
	}
	return distance <= most && 2*distance < min(len(a), len(b)) && withoutDigits(a) != withoutDigits(b)
}

// swapped reports whether two adjacent characters have changed places, which
// counts as one slip.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) - 1 {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}
