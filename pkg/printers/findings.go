package printers

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// minFinding is the minimum width of a finding beside its object. If there is
// less room, the finding moves to lines of its own.
const minFinding = 40

// findings writes one row for each finding, or for several similar ones.
func (t *table) findings() {
	if len(t.rows) == 0 {
		return
	}
	switch {
	case t.terminal() && (t.Wide || t.room() < minFinding):
		t.findingsBelow()
	default:
		t.findingsBeside()
	}
	write(t.out, "\n")
}

// findingsBeside writes findings in a column of their own. On a terminal they wrap in it;
// in a pipe each is one line, so that grep sees all of a row.
func (t *table) findingsBeside() {
	g := t.grid(append(t.header(), "OBJECT", "FINDING")...)
	for _, f := range t.rows {
		g.add(append(t.cells(f), plain(f.object), plain(f.Message)), t.details(f)...)
	}
	g.write(t.out)
}

// findingsBelow writes findings below their rows. Objects move there as well if
// not all of them fit into the row.
func (t *table) findingsBelow() {
	header, columns := append(t.header(), "OBJECT"), t.widestColumns()
	g := t.grid(header[:columns]...)
	for _, f := range t.rows {
		cells, message := append(t.cells(f), plain(f.object)), f.Message
		for i := len(cells) - 1; i >= columns; i-- {
			message = cells[i].text + ": " + message
		}
		g.add(cells[:columns], append([]note{{text: plain(message)}}, t.details(f)...)...)
	}
	g.write(t.out)
}

// widestColumns returns how many columns a terminal has room for: all with the object, or
// without it, or not even with the check.
func (t *table) widestColumns() int {
	all := len(t.header()) + 1
	for columns := all; columns > all-2; columns-- {
		if t.roomBeside(columns) >= 0 {
			return columns
		}
	}
	return all - 2
}

// details returns the additional lines of -o wide.
func (t *table) details(f entry) []note {
	var notes []note
	if !t.Wide {
		return nil
	}
	for _, n := range []note{
		{label: "source", text: plain(sourceText(f.Source))},
		{label: "since", text: plain(t.since(&f.Finding))},
		{label: "first seen", text: plain(t.firstSeen(f))},
		{label: "pods", text: plain(podsText(f.Evidence))},
		{label: "evidence", text: plain(evidenceText(f.Evidence))},
		{label: "folded", text: plain(strings.Join(f.Folded, ", "))},
		{label: "fix", text: plain(fixText(&f.Finding)), verbatim: true},
	} {
		if n.text.text != "" {
			notes = append(notes, n)
		}
	}
	return notes
}

// room returns the width that a terminal has for findings beside their objects.
// It is negative if not even the objects fit.
func (t *table) room() int { return t.roomBeside(len(t.header()) + 1) }

// roomBeside returns the room beside the first columns.
func (t *table) roomBeside(columns int) int {
	g := t.grid(append(t.header(), "OBJECT")[:columns]...)
	for _, f := range t.rows {
		g.add(append(t.cells(f), plain(f.object))[:columns])
	}
	return t.Width - g.span()
}

func (t *table) header() []string {
	var header []string
	if t.report.Scope.Several() {
		header = append(header, "NAMESPACE")
	}
	if t.marksChanges {
		header = append(header, "CHANGE")
	}
	return append(header, "SEVERITY", "CHECK")
}

func (t *table) cells(f entry) []cell {
	var cells []cell
	if t.report.Scope.Several() {
		cells = append(cells, plain(f.namespace))
	}
	if t.marksChanges {
		cells = append(cells, t.changeCell(f.Change))
	}
	return append(cells, painted(t.severities[f.Severity], string(f.Severity)), t.checkCell(f.Check))
}

// sourceText is a position as compilers and editors write it: deploy.yaml:31.
func sourceText(s *api.Source) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// pages contains the documentation of each check.
const pages = "https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/checks/"

// checkCell leads to the page of a check, where the terminal can.
func (t *table) checkCell(id string) cell {
	c := plain(id)
	if t.Links {
		c.link = pages + url.PathEscape(id) + ".md"
	}
	return c
}

// since returns the age of a finding at the time of the report.
func (t *table) since(f *api.Finding) string {
	if f.Since == nil {
		return ""
	}
	return t.age(*f.Since)
}

// firstSeen is the age of what a history or a baseline knows.
func (t *table) firstSeen(f entry) string {
	if f.FirstSeen == nil || !f.FirstSeen.Before(&t.report.Metadata.CreationTimestamp) {
		return ""
	}
	text := t.age(*f.FirstSeen) + " ago"
	if f.OpenSince != nil {
		text += fmt.Sprintf(", gone in the meantime, back for %s", t.age(*f.OpenSince))
	}
	return text
}

// orNone returns kubectl's word for a missing value.
func orNone(s string) string { return cmp.Or(s, "<none>") }
