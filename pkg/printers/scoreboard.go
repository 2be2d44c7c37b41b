package printers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxScores limits the namespaces that a terminal shows to the worst.
const maxScores = 10

// scoreboard writes one row for each namespace. If there is only one, its score
// is in the summary.
func (t *table) scoreboard() {
	shown := t.report.Namespaces
	if !t.report.Scope.Several() || len(shown) < 2 {
		return
	}
	byName := t.SortBy == sortNamespace
	if byName {
		shown = slices.SortedFunc(slices.Values(shown), func(a, b api.Namespace) int { return strings.Compare(a.Name, b.Name) })
	}
	if t.terminal() && !t.Wide && len(shown) > maxScores {
		shown = shown[:maxScores]
	}
	header, severities := []string{"NAMESPACE", "GRADE", "SCORE", "READY", "CRITICAL", "HIGH", "MEDIUM", "LOW"}, api.Severities[:4]
	if t.Wide {
		header, severities = append(header, "INFO"), api.Severities
	}
	g := t.grid(header...)
	for _, n := range shown {
		cells := []cell{
			plain(n.Name), painted(t.grades[n.Grade], string(n.Grade)), plain(scoreText(n.Score)), plain(readyText(n.Readiness)),
		}
		for _, severity := range severities {
			cells = append(cells, t.count(n.Findings.Of(severity), severity))
		}
		g.add(cells)
	}
	g.dropToFit()
	g.write(t.out)
	if more := len(t.report.Namespaces) - len(shown); more > 0 {
		from := ""
		if !byName {
			from = fmt.Sprintf(", from grade %s up", t.report.Namespaces[len(shown)].Grade)
		}
		t.line(t.hint, fmt.Sprintf("... and %d more%s: -o wide shows all of them", more, from))
	}
	write(t.out, "\n")
}

func (t *table) count(n int, s api.Severity) cell {
	if n == 0 {
		return plain("0")
	}
	return painted(t.severities[s], strconv.Itoa(n))
}

// readyText has the form in which kubectl shows readiness.
func readyText(r *api.Readiness) string {
	if r == nil {
		return "-"
	}
	return fmt.Sprintf("%d/%d", r.Ready, r.Workloads)
}

func scoreText(s api.Score) string {
	if s.Score == nil {
		return "-"
	}
	return strconv.Itoa(*s.Score)
}
