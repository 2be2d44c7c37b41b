package printers

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// watchColumns are the widths of all columns but the last. They do not depend on what comes
// later, unlike those of a table.
var watchColumns = []int{len("15:04:05"), len("CHANGE"), len("critical"), 12, 28, 20}

const namespaceColumn = 3

// Watch prints one line for each change of a finding, in the manner of kubectl get
// --watch.
type Watch struct {
	out     io.Writer
	palette palette
	// namespaces is set if more than one is watched.
	namespaces, begun bool
	options           Options
	// err is the first error of the output.
	err error
}

// NewWatch returns a printer for the changes in a scope.
func NewWatch(out io.Writer, scope api.Scope, o Options) *Watch {
	return &Watch{out: out, palette: newPalette(o.Color), namespaces: scope.Several(), options: o}
}

// Print writes a line.
func (w *Watch) Print(e api.FindingEvent) error {
	if !w.begun && !w.options.NoHeaders {
		w.line(plainCells("TIME", "CHANGE", "SEVERITY", "NAMESPACE", "CHECK", "OBJECT", "FINDING"))
	}
	w.begun = true
	f := e.Finding
	w.line([]cell{
		plain(e.Time.Local().Format("15:04:05")), plain(changeText(f)), painted(w.palette.severities[f.Severity], string(f.Severity)),
		plain(f.Object.Namespace), plain(f.Check), plain(objectName(f.Object)), plain(f.Message),
	})
	return w.err
}

// changeText names a change in the words of a person who looks on.
func changeText(f api.FindingDiff) string {
	if f.Change == api.ChangeSame {
		return "open"
	}
	return string(f.Change)
}

// line writes cells, each as wide as its column.
func (w *Watch) line(cells []cell) {
	var text strings.Builder
	for i, width := range watchColumns {
		if i == namespaceColumn && !w.namespaces {
			continue
		}
		text.WriteString(padded(cells[i], width).String() + "  ")
	}
	text.WriteString(cells[len(cells)-1].String() + "\n")
	if w.err == nil {
		_, w.err = io.WriteString(w.out, text.String())
	}
}

// padded makes a cell as wide as its column; a longer one stays whole.
func padded(c cell, width int) cell { return c.with(c.text + spaces(max(width-c.width(), 0))) }

// WatchJSON writes an event as one line of JSON.
func WatchJSON(out io.Writer, e api.FindingEvent) error { return json.NewEncoder(out).Encode(e) }
