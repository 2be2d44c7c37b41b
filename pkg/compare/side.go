package compare

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Report is a report that is prepared for comparisons with others.
type Report struct {
	report *api.Report
	// open findings are by fingerprint.
	open       map[string]*api.Finding
	suppressed map[string]bool
	// folded contains faults that are not reported because another finding names
	// their cause.
	folded   map[fault]bool
	subjects map[api.Object]bool
	checks   map[string]*api.Check
}

// fault is a check and a subject that fails it, in any container.
type fault struct {
	check   string
	subject api.Object
}

// Prepare makes a report ready to be compared, which it must not change afterwards.
func Prepare(r *api.Report) *Report {
	s := &Report{
		report: r, open: map[string]*api.Finding{}, suppressed: map[string]bool{}, folded: map[fault]bool{},
		subjects: map[api.Object]bool{}, checks: map[string]*api.Check{},
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		s.open[f.Fingerprint] = f
		for _, check := range f.Folded {
			s.folded[fault{check, subjectOf(f.Object)}] = true
		}
		s.subjects[subjectOf(f.Object)] = true
	}
	for i := range r.Suppressed {
		s.suppressed[r.Suppressed[i].Fingerprint] = true
	}
	for i := range r.Subjects {
		s.subjects[subjectOf(r.Subjects[i].Object)] = true
	}
	for i := range r.Checks {
		s.checks[r.Checks[i].ID] = &r.Checks[i]
	}
	return s
}

// side is one of two reports that are compared.
type side struct {
	*Report
	other *Report
	// name is the report in a reason: the earlier report.
	name string
}

// Suppresses reports whether policy suppresses a finding in the report.
func (s *Report) Suppresses(f *api.Finding) bool { return s.suppressed[f.Fingerprint] }

// folds reports whether the report has the fault under the name of its cause.
func (s *Report) folds(f *api.Finding) bool { return s.folded[fault{f.Check, subjectOf(f.Object)}] }

// whyNotJudged says why the report cannot tell whether it would have a finding of the
// other one; it is empty if the report would have it.
func (s side) whyNotJudged(f *api.Finding) string {
	if why := s.whyUncovered(f.Object); why != "" {
		return why
	}
	check := s.checks[f.Check]
	switch min := s.minSeverity(); {
	case check == nil:
		return s.name + " did not run the check"
	case min != "" && !f.Severity.AtLeast(min):
		return fmt.Sprintf("%s has nothing below %s", s.name, min)
	case !maps.Equal(s.options(f.Check), s.other.options(f.Check)):
		return fmt.Sprintf("%s was judged with other options: %s", s.name, orDefaults(s.options(f.Check)))
	case !s.subjects[subjectOf(f.Object)]:
		// The object did not exist.
		return ""
	case check.Outcome == api.Unknown, check.Unknown > 0:
		return s.name + ": " + cmp.Or(check.Reason, "not everything could be judged")
	}
	return ""
}

func (s *Report) minSeverity() api.Severity {
	if s.report.Policy == nil {
		return ""
	}
	return s.report.Policy.MinSeverity
}

// options returns those of a check that differ from their defaults.
func (s *Report) options(check string) map[string]string {
	options := map[string]string{}
	for name, value := range s.report.Settings {
		if id, option, _ := strings.Cut(name, "."); id == check {
			options[option] = value
		}
	}
	return options
}

func orDefaults(options map[string]string) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(options)) {
		texts = append(texts, name+"="+options[name])
	}
	return cmp.Or(strings.Join(texts, ", "), "defaults")
}

// whyUncovered says why an object may exist although the report does not have it.
func (s side) whyUncovered(o api.Object) string {
	if s.subjects[subjectOf(o)] {
		return ""
	}
	scope, namespace := s.report.Scope, o.CountedIn()
	switch {
	case len(scope.Objects) > 0 && !slices.Equal(scope.Objects, s.other.report.Scope.Objects):
		return fmt.Sprintf("%s has only %s", s.name, strings.Join(scope.Objects, ", "))
	case scope.Selector != s.other.report.Scope.Selector && scope.Selector != "":
		return fmt.Sprintf("%s has only objects that match %s", s.name, scope.Selector)
	case !scope.AllNamespaces && len(scope.Namespaces) > 0 && !slices.Contains(scope.Namespaces, namespace):
		return fmt.Sprintf("%s has only namespace %s", s.name, strings.Join(scope.Namespaces, ", "))
	case scope.LeftOut != nil && slices.ContainsFunc(scope.LeftOut.Patterns, func(pattern string) bool { return matches(pattern, namespace) }):
		return fmt.Sprintf("%s leaves out namespace %s", s.name, namespace)
	case len(s.report.NotRead) > 0:
		return fmt.Sprintf("%s does not cover %s, which could not be read", s.name, s.report.NotRead[0].File)
	}
	for _, gap := range s.report.Incomplete {
		if (gap.Namespace == "" || gap.Namespace == namespace) && mayHide(gap.Resource, o) {
			return fmt.Sprintf("%s: %s: %s", s.name, gap.Resource, gap.Reason)
		}
	}
	return ""
}

// matches reports whether a pattern with * and ? matches a namespace.
func matches(pattern, namespace string) bool {
	matched, err := path.Match(pattern, namespace)
	return err == nil && matched
}

// mayHide reports whether an object may be missing because a resource was not
// read: the object belongs to the resource, or is known only by its pods.
func mayHide(resource string, o api.Object) bool {
	own, _ := meta.UnsafeGuessKindToResource(schema.FromAPIVersionAndKind(o.APIVersion, o.Kind))
	return resource == own.GroupResource().String() || resource == "pods"
}
