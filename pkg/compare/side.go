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

// side is one of two reports, indexed for questions.
type side struct {
	// name is the name of the report in a reason.
	name   string
	report *api.Report
	other  *side
	// open contains findings by fingerprint.
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

func newSide(name string, r *api.Report) *side {
	s := &side{
		name: name, report: r, open: map[string]*api.Finding{}, suppressed: map[string]bool{}, folded: map[fault]bool{},
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

// folds reports whether the report contains the fault under the name of its
// cause.
func (s *side) folds(f *api.Finding) bool { return s.folded[fault{f.Check, subjectOf(f.Object)}] }

// whyNotJudged says why it is not known whether the report would contain a
// finding of the other report. It is empty if the report would contain it.
func (s *side) whyNotJudged(f *api.Finding) string {
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

func (s *side) minSeverity() api.Severity {
	if s.report.Policy == nil {
		return ""
	}
	return s.report.Policy.MinSeverity
}

// options returns the options of a check that differ from their defaults.
func (s *side) options(check string) map[string]string {
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
func (s *side) whyUncovered(o api.Object) string {
	if s.subjects[subjectOf(o)] {
		return ""
	}
	scope, namespace := s.report.Scope, o.CountedIn()
	switch {
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

func groupOf(o api.Object) string {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}
