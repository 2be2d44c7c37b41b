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
	// kinds are the kinds of subjects to which it belongs.
	kinds kindSet
	// judged is set if a check passed or an open finding is left.
	judged bool
	// blocked is set if an open finding is critical or high.
	blocked bool
	// lost are the points of its open findings.
	lost     int
	failures []*failure
}

// kindSet contains kinds by their positions among those that are judged.
type kindSet uint32

// tallies contains a tally for each subject.
type tallies struct {
	// all are in the order in which they are judged: by namespace.
	all []*tally
	// byObject finds the tally of an object that is a subject of several kinds.
	byObject map[*inventory.Object]*tally
	kinds    []kind
	// checks contains the checks that judge subjects of some kinds, in their order.
	checks map[kindSet][]*outcome
}

// newTallies finds the subjects of checks.
func newTallies(inv *inventory.Inventory, checks []*outcome) *tallies {
	t := &tallies{byObject: map[*inventory.Object]*tally{}, checks: map[kindSet][]*outcome{}}
	for _, o := range checks {
		if k := o.check.Judge.kind; !slices.Contains(t.kinds, k) {
			t.add(k.find(inv), 1<<len(t.kinds))
			t.kinds = append(t.kinds, k)
		}
	}
	slices.SortFunc(t.all, func(a, b *tally) int {
		return cmp.Or(cmp.Compare(a.namespace(), b.namespace()), inventory.CompareObjects(a.object, b.object))
	})
	for _, one := range t.all {
		if t.checks[one.kinds] == nil {
			t.checks[one.kinds] = slices.DeleteFunc(slices.Clone(checks), func(o *outcome) bool {
				return one.kinds&(1<<slices.Index(t.kinds, o.check.Judge.kind)) == 0
			})
		}
	}
	return t
}

func (t *tallies) add(subjects []subject, kind kindSet) {
	for _, s := range subjects {
		one := t.byObject[s.object]
		if one == nil {
			one = &tally{subject: s}
			t.byObject[s.object] = one
			t.all = append(t.all, one)
		}
		one.kinds |= kind
	}
}

// partSize is the number of subjects that are judged before what is known about
// them is given up.
const partSize = 500

// parts divides the subjects, without dividing a namespace.
func (t *tallies) parts() [][]*tally {
	var parts [][]*tally
	for rest := t.all; len(rest) > 0; {
		n := min(partSize, len(rest))
		for n < len(rest) && rest[n].namespace() == rest[n-1].namespace() {
			n++
		}
		parts = append(parts, rest[:n])
		rest = rest[n:]
	}
	return parts
}

// row describes the subject in the report.
func (t *tally) row() api.Subject {
	row := api.Subject{Object: objectOf(t.object), Score: t.score()}
	if w, ok := t.item.(*inventory.Workload); ok {
		row.Pods, row.Template = len(w.Pods), templateOf(w)
	}
	return row
}

// score returns what is left of 100, nil if nothing was judged.
func (t *tally) score() *int {
	if !t.judged {
		return nil
	}
	left := 100 - min(t.lost, 100)
	return &left
}
