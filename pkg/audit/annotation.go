package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// annotation is an annotation that asks to ignore checks, and the object that
// has it.
type annotation struct {
	object api.Object
	// ids are the checks named by ID, patterns the other names.
	ids      map[string]bool
	patterns []string
	problem  string
	by       api.Suppression
}

// maxPatterns limits the patterns of one annotation, because each is compared
// with many names. IDs are not limited.
const maxPatterns = 32

func readAnnotation(o *inventory.Object, ids map[string]bool) *annotation {
	holder := objectOf(o)
	a := &annotation{object: holder, ids: map[string]bool{}, by: api.Suppression{Annotation: &holder, Reason: strings.TrimSpace(o.Ignore.Reason)}}
	var unknown []string
	more, patterns := o.Ignore.Cut, 0
	for word := range strings.SplitSeq(o.Ignore.Checks, ",") {
		switch word = strings.TrimSpace(word); {
		case word == "", a.ids[word], slices.Contains(a.patterns, word):
		case ids[word]:
			a.ids[word] = true
		case !isPattern(word):
			unknown = append(unknown, word)
		case patterns == maxPatterns:
			more = true
		default:
			patterns++
			if matchesAny(word, ids) {
				a.patterns = append(a.patterns, word)
			} else {
				unknown = append(unknown, word)
			}
		}
	}
	switch {
	case len(unknown) > 0:
		a.problem = fmt.Sprintf("unknown check %q", unknown[0])
		if len(unknown) > 1 {
			a.problem += fmt.Sprintf(" and %d more", len(unknown)-1)
		}
	case more:
		a.problem = "it is too long: a part of it is not read"
	case len(a.ids)+len(a.patterns) == 0:
		a.problem = "it names no check"
	}
	return a
}

func (a *annotation) ignores(check string) bool {
	return a != nil && (a.ids[check] || matches(a.patterns, check))
}

// annotations indexes the annotations of the subjects and of their namespaces.
type annotations struct {
	// ids are the IDs of all checks.
	ids map[string]bool
	// byNamespace contains nil for namespaces without an annotation.
	byNamespace map[string]*annotation
	found       []*annotation
	// elsewhere counts those that shards have found, with their problems.
	elsewhere int
	problems  []api.AnnotationProblem
}

func newAnnotations(catalog []*Check) *annotations {
	a := &annotations{ids: map[string]bool{}, byNamespace: map[string]*annotation{}}
	for _, c := range catalog {
		a.ids[c.ID] = true
	}
	return a
}

// of returns the annotations that count for a subject, its own first.
func (a *annotations) of(o *inventory.Object, inv *inventory.Inventory) []*annotation {
	var all []*annotation
	namespace := objectOf(o).CountedIn()
	// The annotation of a Namespace is also that of its namespace.
	if o.Ignore != nil && (namespace != o.Name || o.Namespace == namespace) {
		own := readAnnotation(o, a.ids)
		a.found = append(a.found, own)
		all = append(all, own)
	}
	if ofNamespace := a.ofNamespace(namespace, inv); ofNamespace != nil {
		all = append(all, ofNamespace)
	}
	return all
}

func (a *annotations) ofNamespace(name string, inv *inventory.Inventory) *annotation {
	known, asked := a.byNamespace[name]
	if asked {
		return known
	}
	if ignore := inv.NamespaceIgnore(name); ignore != nil {
		known = readAnnotation(&inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: name, Ignore: ignore}, a.ids)
		a.found = append(a.found, known)
	}
	a.byNamespace[name] = known
	return known
}

// report describes the use of the annotations. It returns nil if there is
// nothing to report.
func (a *annotations) report(forbidden bool, namespaces inventory.Read) *api.Annotations {
	r := &api.Annotations{Forbidden: forbidden, Objects: len(a.found) + a.elsewhere, Problems: a.problems}
	if !forbidden && namespaces.State != inventory.Complete {
		r.Unread = namespaces.Reason
	}
	for _, one := range a.found {
		if one.problem != "" && !forbidden {
			r.Problems = append(r.Problems, api.AnnotationProblem{Object: one.object, Problem: one.problem})
		}
	}
	slices.SortStableFunc(r.Problems, func(x, y api.AnnotationProblem) int { return compareObjects(&x.Object, &y.Object) })
	if !r.Forbidden && r.Objects == 0 && r.Unread == "" {
		return nil
	}
	return r
}
