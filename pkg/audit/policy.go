package audit

import (
	"reflect"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Policy contains people's decisions about findings. The zero value suppresses
// what annotations ask for.
type Policy struct {
	// Config is where it is written, for the report.
	Config string
	// Enabled are checks that run, or do not, whatever the profile says, for the
	// report: Select has applied it.
	Enabled map[string]bool
	// ForbidAnnotations leaves annotations of objects and namespaces unheeded.
	ForbidAnnotations bool
	// Exceptions are asked in this order, after annotations.
	Exceptions []Exception
}

// suppressor suppresses findings, and keeps account of what it suppresses by.
type suppressor struct {
	forbidden   bool
	annotations *annotations
	exceptions  []*usage
	// byCheck are the exceptions for a check, in order.
	byCheck map[string][]int
	by      []*api.Suppression
}

func (a *assessment) newSuppressor() *suppressor {
	p := a.opts.Policy
	s := &suppressor{
		forbidden: p.ForbidAnnotations, annotations: newAnnotations(a.inv, a.opts.catalog()), byCheck: map[string][]int{},
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

// suppress takes out of the failures of one subject the faults that annotations
// and exceptions are for. What another check speaks for is not asked about: one
// cause, one finding, one exception.
func (a *assessment) suppress(t *tally) {
	s := a.suppressor
	annotations := s.annotations.of(t.object)
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

// hide notes for which exceptions a fault is that nobody looks for. It may be reported for many at once.
func (s *suppressor) hide(of *subject, check *Check, fault *Fault) {
	for _, e := range s.byCheck[check.ID] {
		if s.exceptions[e].matches(of, fault) {
			s.exceptions[e].hidden.Store(true)
		}
	}
}

// partition divides what a check found in a subject into what is open and what
// is suppressed. Exceptions count what they match even where something else
// suppresses it before, so that none seems to be of no use.
func (s *suppressor) partition(t *tally, f *failure, annotation *api.Suppression, a *assessment) {
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
				s.exceptions[e].folded = f.check.ID
			}
		}
	}
	f.own = open
}

// tellPolicy says in the report what of the policy shaped it.
func (a *assessment) tellPolicy() {
	p := api.Policy{
		Config: a.opts.Policy.Config, MinSeverity: a.opts.MinSeverity,
		Annotations: a.suppressor.annotations.report(a.suppressor.forbidden),
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
