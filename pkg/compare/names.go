package compare

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// names are the workloads that have another name in the later report.
type names struct {
	pairs []api.Rename
	// earlier and later lead from the subject in one report to its name in the other.
	earlier, later map[api.Object]string
}

// alike contains the properties that a workload keeps if it is renamed.
type alike struct {
	// object has no name.
	object   api.Object
	template string
}

// pairNames pairs workloads that certainly only one of the reports has. Of several that
// are alike, as are the Jobs of a pipeline, the first is paired with the first, so that
// what is more than before is new.
func (c Comparison) pairNames() names {
	gone := map[alike][]api.Object{}
	unpaired(c.earlier, c.later, func(is alike, o api.Object) { gone[is] = append(gone[is], o) })
	if len(gone) == 0 {
		return names{}
	}
	n := names{earlier: map[api.Object]string{}, later: map[api.Object]string{}}
	unpaired(c.later, c.earlier, func(is alike, to api.Object) {
		if len(gone[is]) == 0 {
			return
		}
		from := gone[is][0]
		gone[is] = gone[is][1:]
		n.pairs = append(n.pairs, api.Rename{From: from, To: to})
		n.earlier[subjectOf(to)], n.later[subjectOf(from)] = from.Name, to.Name
	})
	return n
}

// unpaired visits the workloads that one report has, and that the other one would have if
// they existed. Reports are sorted.
func unpaired(in, without side, visit func(alike, api.Object)) {
	for i := range in.report.Subjects {
		s := &in.report.Subjects[i]
		subject := subjectOf(s.Object)
		if s.Template == "" || without.subjects[subject] || without.whyUncovered(s.Object) != "" {
			continue
		}
		subject.Name = ""
		visit(alike{subject, s.Template}, s.Object)
	}
}

// before is a finding of the later report as the earlier one would name it.
func (n names) before(f *api.Finding) *api.Finding { return renamed(f, n.earlier) }

// now is a finding of the earlier report as the later one would name it.
func (n names) now(f *api.Finding) *api.Finding { return renamed(f, n.later) }

func (n names) subjectBefore(o api.Object) api.Object {
	if name, found := n.earlier[o]; found {
		o.Name = name
	}
	return o
}

func renamed(f *api.Finding, to map[api.Object]string) *api.Finding {
	name, found := to[subjectOf(f.Object)]
	if !found {
		return f
	}
	other := *f
	other.Object.Name = name
	other.Fingerprint = api.Fingerprint(other.Check, other.Object)
	return &other
}
