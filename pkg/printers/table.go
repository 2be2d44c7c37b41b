package printers

import (
	"bytes"
	"io"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Table writes a report as kubectl writes objects: the scoreboard of namespaces,
// the findings, and a summary, worst first.
func Table(w io.Writer, r *api.Report, o Options) error {
	var out bytes.Buffer
	// Anyone who names an object wants to know everything about it.
	o.Wide = o.Wide || len(r.Scope.Objects) > 0
	t := table{Options: o, palette: newPalette(o.Color), report: r, out: &out}
	t.rows = t.entries()
	t.sort()
	t.marksChanges = slices.ContainsFunc(t.rows, func(e entry) bool { return e.Change.IsWorsening() })
	t.scoreboard()
	if t.shows(showFailed) {
		t.findings()
	}
	t.suppressed()
	t.checks()
	t.dependencies()
	t.summary()
	_, err := out.WriteTo(w)
	return err
}

// table is a report while it is printed.
type table struct {
	Options
	palette
	report *api.Report
	// rows are the findings that are shown.
	rows []entry
	// marksChanges is set if a row is new or worse, in which it differs from others.
	marksChanges bool
	out          *bytes.Buffer
}

// grid starts rows under a header.
func (t *table) grid(header ...string) *grid {
	g := &grid{width: t.Width}
	if !t.NoHeaders {
		g.add(plainCells(header...))
	}
	return g
}

// terminal reports whether the output is for a person at a terminal, for whom
// less can be more.
func (t *table) terminal() bool { return t.Width > 0 }
