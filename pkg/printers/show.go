package printers

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// What a table can show besides its summary.
const (
	showFailed        = "failed"
	showSuppressed    = "suppressed"
	showPassed        = "passed"
	showUnknown       = "unknown"
	showNotApplicable = "not-applicable"
	showAll           = "all"
)

// ShowKeys are the names of everything that a table can show.
var ShowKeys = []string{showFailed, showSuppressed, showPassed, showUnknown, showNotApplicable, showAll}

func (t *table) shows(what string) bool {
	if len(t.Show) == 0 {
		return what == showFailed || what == showSuppressed && t.Wide
	}
	return slices.Contains(t.Show, what) || slices.Contains(t.Show, showAll)
}

// checks lists the checks with an outcome that is not a finding.
func (t *table) checks() {
	for _, list := range []struct {
		what, title string
		has         func(*api.Check) bool
	}{
		{showPassed, "passed", func(c *api.Check) bool { return c.Outcome == api.Pass }},
		{showUnknown, "not judged, or only in part", func(c *api.Check) bool { return c.Reason != "" }},
		{showNotApplicable, "nothing to judge", func(c *api.Check) bool { return c.Outcome == api.NotApplicable }},
	} {
		if t.shows(list.what) {
			t.checksThat(list.title, list.has)
		}
	}
}

func (t *table) checksThat(title string, has func(*api.Check) bool) {
	header := []string{"CHECK", "JUDGED"}
	if !t.terminal() && slices.ContainsFunc(t.report.Checks, func(c api.Check) bool { return has(&c) && c.Reason != "" }) {
		header = append(header, "REASON")
	}
	g := t.grid(header...)
	begin := len(g.rows)
	for i := range t.report.Checks {
		c := &t.report.Checks[i]
		cells := []cell{t.checkCell(c.ID), plain(strconv.Itoa(c.Judged))}
		switch {
		case !has(c):
		case c.Reason != "" && t.terminal():
			g.add(cells, note{text: plain(c.Reason)})
		case c.Reason != "":
			g.add(append(cells, plain(c.Reason)))
		default:
			g.add(cells)
		}
	}
	// As with suppressed findings, the title stays even without headers.
	found := len(g.rows) - begin
	t.line(t.heading, fmt.Sprintf("%s: %s", title, Plural(found, "check")))
	if found > 0 {
		g.dropToFit()
		g.write(t.out)
	}
	write(t.out, "\n")
}
