package printers

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// watchColumn is a column of the changes of findings. Its width does not depend on what
// comes later, unlike that of a table.
type watchColumn struct {
	header string
	width  int
}

// Watch prints one line for each change of a finding, in the manner of kubectl get
// --watch. On a terminal that is too narrow for that, the finding follows below.
type Watch struct {
	out     io.Writer
	palette palette
	// columns are all but the last.
	columns []watchColumn
	// namespaces is set if more than one is watched.
	namespaces, begun bool
	options           Options
	// err is the first error of the output.
	err error
}

// NewWatch returns a printer for the changes in a scope.
func NewWatch(out io.Writer, scope api.Scope, o Options) *Watch {
	w := &Watch{out: out, palette: newPalette(o.Color), namespaces: scope.Several(), options: o}
	w.columns = []watchColumn{{"TIME", len(w.timeText(time.Time{}))}, {"CHANGE", len("CHANGE")}, {"SEVERITY", len(api.Critical)}}
	if w.namespaces {
		w.columns = append(w.columns, watchColumn{"NAMESPACE", 12})
	}
	w.columns = append(w.columns, watchColumn{"CHECK", 28}, watchColumn{"OBJECT", 20})
	return w
}

// Print writes the change of a finding.
func (w *Watch) Print(e api.FindingEvent) error {
	if !w.begun && !w.options.NoHeaders {
		w.header()
	}
	w.begun = true
	f := e.Finding
	cells := []cell{plain(w.timeText(e.Time.Time)), plain(changeText(f)), painted(w.palette.severities[f.Severity], string(f.Severity))}
	if w.namespaces {
		cells = append(cells, plain(f.Object.Namespace))
	}
	cells = append(cells, plain(f.Check), plain(objectName(f.Object)), plain(f.Message))
	fit := w.fit(cells)
	var below []string
	for _, c := range cells[fit:] {
		below = append(below, c.text)
	}
	w.row(cells[:fit], strings.Join(below, ": "))
	return w.err
}

// timeText is the time of day on a terminal, which a person looks at. In a file it says
// the day as well.
func (w *Watch) timeText(t time.Time) string {
	if w.options.Width > 0 {
		return t.Local().Format(time.TimeOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

// changeText names a change in the words of a person who looks on.
func changeText(f api.FindingDiff) string {
	if f.Change == api.ChangeSame {
		return "open"
	}
	return string(f.Change)
}

func (w *Watch) header() {
	var cells []cell
	for _, c := range w.columns {
		cells = append(cells, plain(c.header))
	}
	cells = append(cells, plain("FINDING"))
	w.row(cells[:w.fit(cells)], "")
}

// fit returns how many cells have room in a line: all of them, or all before the finding,
// its object or its check.
func (w *Watch) fit(cells []cell) int {
	all := len(cells)
	left := w.span(cells) - cells[all-1].width()
	if w.options.Width == 0 || w.options.Width-left >= minFinding {
		return all
	}
	fit := all - 1
	for fit > all-3 && w.span(cells[:fit]) > w.options.Width {
		fit--
	}
	return fit
}

// span returns the width of some cells in their columns.
func (w *Watch) span(cells []cell) int {
	span := -gap
	for i, c := range cells {
		width := c.width()
		if i < len(w.columns) {
			width = max(width, w.columns[i].width)
		}
		span += width + gap
	}
	return span
}

// row writes cells, each as wide as its column, and a text below them.
func (w *Watch) row(cells []cell, below string) {
	for i := range cells[:len(cells)-1] {
		cells[i] = padded(cells[i], w.columns[i].width)
	}
	g := grid{width: w.options.Width}
	if below == "" {
		g.add(cells)
	} else {
		g.add(cells, note{text: plain(below)})
	}
	var text strings.Builder
	g.write(&text)
	if w.err == nil {
		_, w.err = io.WriteString(w.out, text.String())
	}
}

// padded makes a cell as wide as its column; a longer one stays whole.
func padded(c cell, width int) cell { return c.with(c.text + spaces(max(width-c.width(), 0))) }

// WatchJSON writes an event as one line of JSON.
func WatchJSON(out io.Writer, e api.FindingEvent) error { return json.NewEncoder(out).Encode(e) }
