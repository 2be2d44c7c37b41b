package printers

import (
	"strconv"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// dependencies writes one row for each object that the user named: how good it
// is, and what it needs.
func (t *table) dependencies() {
	g := t.grid("OBJECT", "SCORE", "PODS", "DEPENDS ON")
	header := len(g.rows)
	for i := range t.report.Subjects {
		s := &t.report.Subjects[i]
		if len(s.DependsOn) == 0 {
			continue
		}
		names := make([]string, len(s.DependsOn))
		for j, o := range s.DependsOn {
			names[j] = objectName(o)
		}
		g.add(plainCells(objectName(s.Object), scoreText(api.Score{Score: s.Score}), strconv.Itoa(s.Pods), strings.Join(names, ", ")))
	}
	if len(g.rows) > header {
		g.write(t.out)
		write(t.out, "\n")
	}
}
