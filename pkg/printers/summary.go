package printers

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// summary says how good the result is, what was and was not judged, and what to
// do next.
func (t *table) summary() {
	t.verdict()
	t.observation()
	t.changes()
	t.checksWithoutFindings()
	t.notJudged()
	t.notRead()
	t.replaced()
	t.ignored()
	t.removed()
	t.policy()
	t.nextSteps()
}

// verdict writes grade and score, and the facts that belong beside them.
func (t *table) verdict() {
	s := t.report.Summary
	parts := []cell{painted(t.grades[s.Grade], t.scopeText()+": "+gradeText(s))}
	if ready := s.Readiness; ready != nil && ready.Workloads > 0 {
		parts = append(parts, plain(fmt.Sprintf("%d of %s ready", ready.Ready, Plural(ready.Workloads, "workload"))))
	}
	parts = append(parts, plain(t.findingsText()), plain(t.subjectsText()))
	if s.Coverage < 1 {
		parts = append(parts, painted(t.warning, "coverage "+coverageText(s.Coverage)))
	}
	t.flow(parts)
}

// gradeText is a grade and why it is not another one.
func gradeText(s api.Summary) string {
	if s.Score.Score == nil {
		return string(s.Grade)
	}
	why := fmt.Sprintf("score %d", *s.Score.Score)
	if s.CappedBy != "" {
		why += fmt.Sprintf(", capped by %s", Plural(s.Findings.Of(s.CappedBy), string(s.CappedBy)+" finding"))
	}
	return fmt.Sprintf("%s (%s)", s.Grade, why)
}

// maxObjects limits the named objects that the summary lists.
const maxObjects = 3

// scopeText names the audited scope: the namespace, or the cluster or file.
func (t *table) scopeText() string {
	scope := t.report.Metadata.Name
	if namespaces := t.report.Scope.Namespaces; len(namespaces) > 0 {
		scope = strings.Join(namespaces, ", ")
	}
	if selector := t.report.Scope.Selector; selector != "" {
		scope += " (" + selector + ")"
	}
	switch objects := t.report.Scope.Objects; {
	case len(objects) > maxObjects:
		scope += " (" + Plural(len(objects), "object") + ")"
	case len(objects) > 0:
		scope += " (" + strings.Join(objects, ", ") + ")"
	}
	return scope
}

func (t *table) findingsText() string {
	var counts []string
	for _, severity := range api.Severities {
		if n := t.report.Summary.Findings.Of(severity); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	switch {
	case len(counts) == 0 && t.report.Summary.Findings.Suppressed > 0:
	case len(counts) == 0 && t.report.Summary.Score.Score == nil:
		counts = append(counts, "nothing judged")
	case len(counts) == 0:
		counts = append(counts, "no findings")
	}
	if n := t.report.Summary.Findings.Suppressed; n > 0 {
		counts = append(counts, fmt.Sprintf("%d suppressed", n))
	}
	return strings.Join(counts, ", ")
}

func (t *table) subjectsText() string {
	s := t.report.Summary.Subjects
	if objects := t.report.Scope.Objects; len(objects) > 0 && s.Workloads+s.Services == 0 && s.Nodes > 0 {
		// Nodes were named, and nothing but nodes is judged.
		text := Plural(s.Nodes, "node")
		if s.Pods > 0 {
			text += " with " + Plural(s.Pods, "pod")
		}
		return text
	}
	counts := []string{Plural(s.Pods, "pod")}
	if ready := t.report.Summary.Readiness; ready == nil || ready.Workloads != s.Workloads || s.Workloads == 0 {
		counts = []string{Plural(s.Workloads, "workload"), Plural(s.Pods, "pod")}
	}
	// There may be none because no selected check judges them.
	if s.Services > 0 {
		counts = append(counts, Plural(s.Services, "service"))
	}
	if s.Nodes > 0 {
		counts = append(counts, Plural(s.Nodes, "node"))
	}
	if t.report.Scope.Several() {
		counts = append(counts, Plural(s.Namespaces, "namespace"))
	}
	return strings.Join(counts, ", ")
}

// checksWithoutFindings shows that checks without findings did run.
func (t *table) checksWithoutFindings() {
	if len(t.rows) > 0 || len(t.Show) > 0 {
		return
	}
	var passed, withoutSubjects int
	for _, c := range t.report.Checks {
		switch c.Outcome {
		case api.Pass:
			passed++
		case api.NotApplicable:
			withoutSubjects++
		}
	}
	if passed > 0 {
		t.line(nil, Plural(passed, "check")+" passed")
	}
	if withoutSubjects > 0 {
		t.line(nil, Plural(withoutSubjects, "check")+" had nothing to judge")
	}
}

// flow writes parts side by side, as many as fit on a line.
func (t *table) flow(parts []cell) {
	const between, indent = 3, 2
	left := 0
	for i, part := range parts {
		switch {
		case i == 0:
		case t.terminal() && left+between+part.width() > t.Width:
			write(t.out, "\n", spaces(indent))
			left = indent
		default:
			write(t.out, spaces(between))
			left += between
		}
		if t.terminal() && left+part.width() > t.Width {
			lines := part.wrap(t.Width - indent)
			for _, line := range lines[:len(lines)-1] {
				write(t.out, line.String(), "\n", spaces(indent))
			}
			part, left = lines[len(lines)-1], indent
		}
		write(t.out, part.String())
		left += part.width()
	}
	write(t.out, "\n")
}

// command writes the next command to run on one line, so that it can be pasted.
func (t *table) command(what, command string) {
	write(t.out, painted(t.hint, what+": "+command).String(), "\n")
}

// line writes a text that wraps with a small indent.
func (t *table) line(c *color.Color, text string) {
	const indent = 2
	if !t.terminal() {
		write(t.out, painted(c, text).String(), "\n")
		return
	}
	for i, line := range painted(c, text).wrap(t.Width - indent) {
		if i > 0 {
			write(t.out, spaces(indent))
		}
		write(t.out, line.String(), "\n")
	}
}

// Plural says "1 check", "2 checks".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
