package printers

import (
	"fmt"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxPolicyLines limits the lines of one kind on a terminal.
const maxPolicyLines = 3

// policy says which decisions of people shaped the report, and which of them
// need attention.
func (t *table) policy() {
	t.leftOut()
	t.suppressedCount()
	p := t.report.Policy
	if p == nil {
		return
	}
	t.exceptions(p.Exceptions)
	t.annotations(p.Annotations)
	if p.Config != "" {
		t.line(t.hint, "configuration: "+p.Config)
	}
}

func (t *table) leftOut() {
	if left := t.report.Scope.LeftOut; left != nil && left.Namespaces > 0 {
		t.line(t.hint, fmt.Sprintf("left out: %s (%s)", Plural(left.Namespaces, "namespace"), strings.Join(left.Patterns, ", ")))
	}
}

func (t *table) suppressedCount() {
	byException := 0
	for _, s := range t.report.Suppressed {
		if s.By.Exception != nil {
			byException++
		}
	}
	var by []string
	if byException > 0 {
		by = append(by, fmt.Sprintf("%d by exceptions", byException))
	}
	if n := len(t.report.Suppressed) - byException; n > 0 {
		by = append(by, fmt.Sprintf("%d by annotations", n))
	}
	if len(by) == 0 {
		return
	}
	text := "suppressed: " + strings.Join(by, ", ")
	if !t.shows(showSuppressed) {
		text += "; --show suppressed lists them"
	}
	t.line(t.hint, text)
}

// exceptions lists the exceptions that somebody should look at.
func (t *table) exceptions(all []api.Exception) {
	var expired, unused []string
	for _, e := range all {
		what := fmt.Sprintf("exception %s (%s: %s)", e.Source, strings.Join(e.Checks, ", "), e.Reason)
		switch {
		case e.State == api.ExceptionExpired && e.Matched > 0:
			expired = append(expired, fmt.Sprintf("%s expired on %s; open again: %s", what, e.Expires, Plural(e.Matched, "finding")))
		case e.State == api.ExceptionExpired && e.Detail == "":
			expired = append(expired, fmt.Sprintf("%s expired on %s, and matches nothing here", what, e.Expires))
		case e.State == api.ExceptionExpired:
			expired = append(expired, fmt.Sprintf("%s expired on %s", what, e.Expires))
		case e.State == api.ExceptionUnused:
			unused = append(unused, what+" matches nothing here")
		}
	}
	t.warnings(expired)
	t.warnings(unused)
}

func (t *table) annotations(a *api.Annotations) {
	if a == nil {
		return
	}
	var problems []string
	for _, p := range a.Problems {
		where := objectName(p.Object)
		if p.Object.Namespace != "" {
			where += " in " + p.Object.Namespace
		}
		problems = append(problems, fmt.Sprintf("annotation prodcheck/ignore of %s: %s", where, p.Problem))
	}
	t.warnings(problems)
	switch {
	case a.Forbidden && a.Objects > 0:
		t.line(t.hint, fmt.Sprintf("annotations prodcheck/ignore of %s are ignored: the configuration forbids them", Plural(a.Objects, "object")))
	case a.Unread != "" && t.Wide:
		t.line(t.hint, fmt.Sprintf("annotations of namespaces: %s", a.Unread))
	}
}

func (t *table) warnings(texts []string) {
	for i, text := range texts {
		if t.shortens() && i == maxPolicyLines && len(texts) > maxPolicyLines+1 {
			t.line(t.warning, fmt.Sprintf("... and %d more like these: -o wide shows them", len(texts)-i))
			return
		}
		t.line(t.warning, text)
	}
}
