package audit

import (
	"reflect"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Policy contains people's decisions about findings. The zero value only applies
// annotations.
type Policy struct {
	// Config is the path of the configuration file, for the report.
	Config string
	// Enabled says which checks run or do not run, whatever the profile says. It is
	// only for the report, because Select has applied it.
	Enabled map[string]bool
	// ForbidAnnotations ignores the annotations of objects and namespaces.
	ForbidAnnotations bool
	// Exceptions are tried in this order, after annotations.
	Exceptions []Exception
}

// suppressor suppresses findings and records the reason of each suppression.
type suppressor struct {
	forbidden   bool
	annotations *annotations
	exceptions  []*usage
	// byCheck contains the indexes of the exceptions for a check, in order.
	byCheck map[string][]int
	by      []*api.Suppression
}

func (a *Audit) newSuppressor() *suppressor {
	p := a.opts.Policy
	s := &suppressor{
		forbidden: p.ForbidAnnotations, annotations: newAnnotations(a.opts.catalog()), byCheck: map[string][]int{},
	}
	for i := range p.Exceptions {
		e := &p.Exceptions[i]
		s.exceptions = append(s.exceptions, &usage{Exception: e})
		s.by = append(s.by, &api.Suppression{Exception: &i, Reason: e.rule.Reason, Owner: e.rule.Owner, Expires: e.rule.Expires})
		for _, c := range a.opts.Checks {
			if matches(e.rule.Checks, c.ID) {
				s.byCheck[c.ID] = append(s.byCheck[c.ID], i)
			}
		}
	}
	return s
}

// suppress removes the faults of one subject that annotations and exceptions
// match. Folded faults are not tried: one cause, one finding, one exception.
func (a *Audit) suppress(t *tally) {
	s := a.suppressor
	annotations := s.annotations.of(t.object, a.inv)
	if s.forbidden {
		annotations = nil
	}
	for _, f := range t.failures {
		var by *api.Suppression
		for _, annotation := range annotations {
			if by == nil && annotation.ignores(f.check.ID) {
				by = &annotation.by
			}
		}
		if by == nil && len(s.byCheck[f.check.ID]) == 0 {
			continue
		}
		s.partition(t, f, by, a)
	}
}

// hide notes which exceptions match a fault below the minimum severity. Many
// goroutines may call it at once.
func (s *suppressor) hide(of *subject, check *Check, fault *Fault) {
	for _, e := range s.byCheck[check.ID] {
		if s.exceptions[e].matches(of, fault) {
			s.exceptions[e].hidden.Store(true)
		}
	}
}

// partition divides the faults of a check in one subject into open and
// suppressed ones. An exception also counts matches that something else
// suppresses first, so that it does not look unused.
func (s *suppressor) partition(t *tally, f *failure, annotation *api.Suppression, a *Audit) {
	matched := map[int]bool{}
	var open []Fault
	for i := range f.own {
		by := annotation
		for _, e := range s.byCheck[f.check.ID] {
			if s.exceptions[e].matches(&t.subject, &f.own[i]) {
				matched[e] = true
				if by == nil && !s.exceptions[e].expired(a.opts.Now) {
					by = s.by[e]
				}
			}
		}
		if by == nil {
			open = append(open, f.own[i])
		} else {
			f.suppress(f.own[i], by)
		}
	}
	for e := range matched {
		s.exceptions[e].matched++
	}
	for i := range f.faults {
		for _, e := range s.byCheck[f.check.ID] {
			if !matched[e] && s.exceptions[e].matches(&t.subject, &f.faults[i]) {
				s.exceptions[e].foldedUnder(f.check.ID)
			}
		}
	}
	f.own = open
}

// reportPolicy writes into the report the parts of the policy that shaped it.
func (a *Audit) reportPolicy() {
	a.addUses()
	p := api.Policy{
		Config: a.opts.Policy.Config, MinSeverity: a.opts.MinSeverity,
		Annotations: a.suppressor.annotations.report(a.suppressor.forbidden, a.inv.Read(inventory.Namespaces)),
	}
	for _, c := range a.opts.catalog() {
		enabled, decided := a.opts.Policy.Enabled[c.ID]
		switch {
		case !decided:
		case enabled:
			p.Enabled = append(p.Enabled, c.ID)
		default:
			p.Disabled = append(p.Disabled, c.ID)
		}
	}
	for _, u := range a.suppressor.exceptions {
		e := u.report()
		e.Matched = u.matched
		e.State, e.Detail = u.state(a)
		p.Exceptions = append(p.Exceptions, e)
	}
	if !reflect.DeepEqual(p, api.Policy{}) {
		a.report.Policy = &p
	}
}
