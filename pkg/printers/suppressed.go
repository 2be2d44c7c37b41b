package printers

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// suppressed lists the findings that policy suppresses, each with the reason.
func (t *table) suppressed() {
	if len(t.report.Suppressed) == 0 || !t.shows(showSuppressed) {
		return
	}
	// This title stays even without headers: nobody may mistake these rows for
	// findings.
	t.line(t.heading, "suppressed:")
	header := append(t.header(), "OBJECT")
	if !t.terminal() {
		header = append(header, "REASON", "FINDING")
	}
	g := t.suppressedGrid(header, true)
	if t.terminal() && g.span() > t.Width {
		g = t.suppressedGrid(t.header(), false)
	}
	g.write(t.out)
	write(t.out, "\n")
}

// suppressedGrid has objects in a column of their own, or below their rows if
// they do not fit.
func (t *table) suppressedGrid(header []string, objectsFit bool) *grid {
	g := t.grid(header...)
	for _, s := range t.report.Suppressed {
		e := entryOf(&s.Finding)
		cells, message := t.cells(e), e.object+": "+s.Message
		if objectsFit {
			cells, message = append(cells, plain(e.object)), s.Message
		}
		if !t.terminal() {
			g.add(append(cells, plain(reasonText(s.By)), plain(s.Message)))
			continue
		}
		g.add(cells, note{label: "reason", text: plain(reasonText(s.By))}, note{label: "finding", text: plain(message)})
	}
	return g
}

// reasonText gives the reason, its author and its end.
func reasonText(by api.Suppression) string {
	var details []string
	if by.Annotation != nil {
		details = append(details, "annotation of "+objectName(*by.Annotation))
	}
	if by.Owner != "" {
		details = append(details, by.Owner)
	}
	if by.Expires != "" {
		details = append(details, "until "+by.Expires)
	}
	text := by.Reason
	if text == "" {
		text = "no reason given"
	}
	if len(details) > 0 {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}
