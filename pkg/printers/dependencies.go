package printers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// dependencies writes one row for each object that the user named: how good it
// is, and what it needs.
func (t *table) dependencies() {
	columns := []string{"OBJECT", "SCORE", "PODS", "DEPENDS ON"}
	several := t.report.Scope.Several()
	if several {
		columns = slices.Insert(columns, 0, "NAMESPACE")
	}
	g := t.grid(columns...)
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
		cells := plainCells(objectName(s.Object), scoreText(api.Score{Score: s.Score}), strconv.Itoa(s.Pods), strings.Join(names, ", "))
		if several {
			cells = slices.Insert(cells, 0, plain(s.Object.Namespace))
		}
		g.add(cells)
	}
	if len(g.rows) > header {
		g.write(t.out)
		write(t.out, "\n")
	}
}
