package printers

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// summary says how good it is, how much was looked at, what was not, and what
// to do next.
func (t *table) summary() {
	t.verdict()
	t.checksWithoutFindings()
	t.notJudged()
	t.ignored()
	t.policy()
	t.nextSteps()
}

// verdict is the score and all that belongs beside it.
func (t *table) verdict() {
	s := t.report.Summary
	grade := strings.TrimSpace(scoreText(s.Score) + " " + strings.TrimPrefix(string(s.Grade), "-"))
	parts := []cell{
		painted(t.grades[s.Grade], t.scopeText()+": "+grade),
		plain(t.findingsText()),
		plain(t.subjectsText()),
	}
	if s.Coverage < 1 {
		parts = append(parts, painted(t.warning, "coverage "+coverageText(s.Coverage)))
	}
	t.flow(parts)
}

// scopeText is what was audited: the namespace, or the cluster or file.
func (t *table) scopeText() string {
	scope := t.report.Metadata.Name
	if namespaces := t.report.Scope.Namespaces; len(namespaces) > 0 {
		scope = strings.Join(namespaces, ", ")
	}
	if selector := t.report.Scope.Selector; selector != "" {
		scope += " (" + selector + ")"
	}
	return scope
}

func (t *table) findingsText() string {
	var counts []string
	for _, severity := range report.Severities {
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
	counts := []string{plural(s.Workloads, "workload"), plural(s.Pods, "pod")}
	// None were read, perhaps, because no selected check judges them.
	if s.Services > 0 {
		counts = append(counts, plural(s.Services, "service"))
	}
	if s.Nodes > 0 {
		counts = append(counts, plural(s.Nodes, "node"))
	}
	if t.report.Scope.AllNamespaces {
		counts = append(counts, plural(s.Namespaces, "namespace"))
	}
	return strings.Join(counts, ", ")
}

// checksWithoutFindings shows that silence is not blindness.
func (t *table) checksWithoutFindings() {
	if len(t.report.Findings) > 0 {
		return
	}
	var passed, withoutSubjects int
	for _, c := range t.report.Checks {
		switch c.Outcome {
		case report.Pass:
			passed++
		case report.NotApplicable:
			withoutSubjects++
		}
	}
	if passed > 0 {
		t.line(nil, plural(passed, "check")+" passed")
	}
	if withoutSubjects > 0 {
		t.line(nil, plural(withoutSubjects, "check")+" had nothing to judge")
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
		write(t.out, part.String())
		left += part.width()
	}
	write(t.out, "\n")
}

// command writes a command to run next in one piece, so that it can be pasted.
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

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
