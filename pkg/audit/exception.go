package audit

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Exception is a rule that suppresses findings, parsed and ready to use.
type Exception struct {
	rule   api.ExceptionRule
	source string
	// kinds are in lower case, like the kinds that they are compared with.
	kinds  []string
	labels labels.Selector
	// end is the first moment at which it no longer applies, zero if it never ends.
	end time.Time
}

// FieldError describes a problem of one field of a rule.
type FieldError struct {
	// Field is spelled as in JSON: checks[0].
	Field string
	err   error
}

func (e FieldError) Error() string { return e.err.Error() }
func (e FieldError) Unwrap() error { return e.err }

// NewException reads a rule that is written at source. The checks that it names
// must be in the catalog.
func NewException(catalog []*Check, rule api.ExceptionRule, source string) (Exception, error) {
	e := Exception{rule: rule, source: source}
	if len(rule.Checks) == 0 {
		return e, errors.New("an exception needs checks")
	}
	if strings.TrimSpace(rule.Reason) == "" {
		return e, errors.New("an exception needs a reason")
	}
	for i, pattern := range rule.Checks {
		if err := known("check", namesOf(catalog, idOf), []string{pattern}); err != nil {
			return e, FieldError{fmt.Sprintf("checks[%d]", i), err}
		}
	}
	for _, list := range []struct {
		what, field string
		patterns    []string
	}{
		{"namespace", "namespaces", rule.Namespaces}, {"kind", "kinds", rule.Kinds}, {"name", "names", rule.Names},
		{"container", "containers", rule.Containers},
	} {
		if err := ValidPatterns(list.what, list.patterns); err != nil {
			return e, FieldError{list.field, err}
		}
	}
	for _, kind := range rule.Kinds {
		e.kinds = append(e.kinds, strings.ToLower(kind))
	}
	for name, value := range rule.Labels {
		if faults := slices.Concat(validation.IsQualifiedName(name), validation.IsValidLabelValue(value)); len(faults) > 0 {
			return e, FieldError{"labels", fmt.Errorf("label %s=%s: %s", name, value, faults[0])}
		}
	}
	e.labels = labels.SelectorFromSet(rule.Labels)
	if rule.Expires != "" {
		lastDay, err := time.Parse(time.DateOnly, rule.Expires)
		if err != nil {
			return e, FieldError{"expires", fmt.Errorf("expires must be a day such as 2027-01-31, not %q", rule.Expires)}
		}
		e.end = lastDay.AddDate(0, 0, 1)
	}
	return e, nil
}

// expired reports whether the exception no longer applies.
func (e *Exception) expired(now time.Time) bool { return !e.end.IsZero() && !now.Before(e.end) }

// matches reports whether the exception applies to a fault of a subject. It does
// not look at the check.
func (e *Exception) matches(s *subject, fault *Fault) bool {
	o := s.object
	return ofThese(e.rule.Namespaces, objectOf(o).CountedIn()) &&
		ofThese(e.kinds, strings.ToLower(o.Kind)) &&
		ofThese(e.rule.Names, o.Name) &&
		ofThese(e.rule.Containers, fault.Container) &&
		(e.labels.Empty() || s.item.Matches(e.labels))
}

// report returns a copy of the rule that only the report uses.
func (e *Exception) report() api.Exception {
	r := e.rule
	for _, list := range []*[]string{&r.Checks, &r.Namespaces, &r.Kinds, &r.Names, &r.Containers} {
		*list = slices.Clone(*list)
	}
	return api.Exception{ExceptionRule: r, Source: e.source}
}

// usage records the use of an exception in an audit.
type usage struct {
	*Exception
	// matched counts findings.
	matched int
	// folded is the ID of the first check with a fault that the exception matches, but
	// that another check reports.
	folded string
	// hidden is set if the exception matches a fault below the minimum severity.
	hidden atomic.Bool
}

// state returns the state of an exception after everything was judged. It is
// unused only if everything that it may match was judged.
func (u *usage) state(a *Audit) (api.ExceptionState, string) {
	why := ""
	if u.matched == 0 {
		why = u.notJudged(a)
	}
	switch {
	case u.expired(a.opts.Now):
		return api.ExceptionExpired, why
	case u.matched > 0:
		return api.ExceptionActive, ""
	case why != "":
		return api.ExceptionNotJudged, why
	}
	return api.ExceptionUnused, ""
}

// foldedUnder notes a check of which it matches a fault that another check reports.
func (u *usage) foldedUnder(check string) { u.folded = min(cmp.Or(u.folded, check), check) }

func (u *usage) notJudged(a *Audit) string {
	scope := a.inv.Scope
	literal := len(u.rule.Namespaces) > 0 && !slices.ContainsFunc(u.rule.Namespaces, func(n string) bool { return !slices.Contains(scope.Namespaces, n) })
	switch {
	case u.folded != "":
		return "a more specific check reports what " + u.folded + " finds there"
	case a.inv.Time.IsZero():
		return "files were audited, not a cluster"
	case len(scope.Objects) > 0:
		return "only some objects were audited"
	case scope.Selects():
		return "only what the selector picks was audited"
	case !scope.Whole() && !literal:
		return "only " + scope.Places() + " was audited"
	case u.hidden.Load():
		return "nothing below " + string(a.opts.MinSeverity) + " was looked for"
	}
	for _, namespace := range a.inv.Excluded {
		if matches(u.rule.Namespaces, namespace) {
			return "namespace " + namespace + " is left out"
		}
	}
	for _, c := range a.opts.catalog() {
		if !matches(u.rule.Checks, c.ID) {
			continue
		}
		o := a.outcomes[c.ID]
		switch {
		case o == nil:
			return c.ID + " did not run"
		case !o.complete || o.Unknown > 0:
			return c.ID + " was not judged everywhere: " + o.why()
		}
	}
	return ""
}
