package audit

import (
	"cmp"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// tally collects the results of all checks for one subject.
type tally struct {
	subject
	// pods is the number of a workload's pods, and template identifies what it runs.
	pods     int
	template string
	// judged is set if a check passed or an open finding is left.
	judged bool
	// lost are the points of its open findings.
	lost int
	// blocked is set if one of them is critical or high.
	blocked  bool
	failures []*failure
	// dependsOn lists the objects that the subject needs, if the user named it.
	dependsOn []api.Object
}

// tallies contains a tally for each subject.
type tallies struct {
	inventory *inventory.Inventory
	all       []*tally
	// byObject finds the tally of an object that is a subject of several kinds.
	byObject map[*inventory.Object]*tally
	byKind   map[kind][]*tally
}

func newTallies(inv *inventory.Inventory) *tallies {
	return &tallies{inventory: inv, byObject: map[*inventory.Object]*tally{}, byKind: map[kind][]*tally{}}
}

// of returns the tallies of all subjects of a kind.
func (t *tallies) of(k kind) []*tally {
	known, found := t.byKind[k]
	if found {
		return known
	}
	for _, s := range k.find(t.inventory) {
		one := t.byObject[s.object]
		if one == nil {
			one = &tally{subject: s}
			if w, ok := s.item.(*inventory.Workload); ok {
				one.pods, one.template = len(w.Pods), templateOf(w)
			}
			t.byObject[s.object] = one
			t.all = append(t.all, one)
		}
		known = append(known, one)
	}
	t.byKind[k] = known
	return known
}

// release keeps only the identity of each subject.
func (t *tallies) release() {
	t.inventory, t.byObject, t.byKind = nil, nil, nil
	for _, one := range t.all {
		identity := *one.object
		one.subject = subject{object: &identity}
		for _, f := range one.failures {
			f.release()
		}
	}
}

// sortFailures sorts the failures of each subject by the order of the checks. A
// subject may be of several kinds.
func (t *tallies) sortFailures() {
	for _, one := range t.all {
		slices.SortFunc(one.failures, func(a, b *failure) int { return cmp.Compare(a.position, b.position) })
	}
}

// sorted returns all tallies in the order of their objects.
func (t *tallies) sorted() []*tally {
	inventory.SortObjects(t.all)
	return t.all
}

// Identity allows tallies to be sorted like their subjects.
func (t *tally) Identity() *inventory.Object { return t.object }
