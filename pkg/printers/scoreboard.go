package printers

import (
	"fmt"
	"strconv"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// maxScores is how many namespaces a terminal shows: the worst.
const maxScores = 10

// scoreboard is one row for each namespace. A single one is in the summary.
func (t *table) scoreboard() {
	shown := t.report.Namespaces
	if !t.report.Scope.AllNamespaces || len(shown) < 2 {
		return
	}
	if t.terminal() && !t.Wide && len(shown) > maxScores {
		shown = shown[:maxScores]
	}
	g := t.grid("NAMESPACE", "SCORE", "GRADE", "CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
	for _, n := range shown {
		cells := []cell{plain(n.Name), plain(scoreText(n.Score)), painted(t.grades[n.Grade], string(n.Grade))}
		for _, severity := range report.Severities {
			cells = append(cells, t.count(n.Findings.Of(severity), severity))
		}
		g.add(cells)
	}
	g.write(t.out)
	if more := len(t.report.Namespaces) - len(shown); more > 0 {
		next := t.report.Namespaces[len(shown)]
		t.line(t.hint, fmt.Sprintf("... and %d more, from a score of %s up: -o wide shows all of them", more, scoreText(next.Score)))
	}
	write(t.out, "\n")
}

func (t *table) count(n int, s report.Severity) cell {
	if n == 0 {
		return plain("0")
	}
	return painted(t.severities[s], strconv.Itoa(n))
}

func scoreText(s report.Score) string {
	if s.Score == nil {
		return "-"
	}
	return strconv.Itoa(*s.Score)
}
