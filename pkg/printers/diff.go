package printers

import (
	"bytes"
	"fmt"
	"io"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Diff writes the differences between two reports: a row for each finding, by subject, the
// worst first, and what they change. Findings that nobody can compare are counted, and
// listed only where everything is shown.
func Diff(w io.Writer, d *api.ReportDiff, o Options) error {
	var out bytes.Buffer
	r := api.New()
	r.Metadata, r.Scope = d.Metadata, d.New.Scope
	t := table{Options: o, palette: newPalette(o.Color), report: r, out: &out}
	t.diffRows(d)
	t.line(nil, fmt.Sprintf("since %s: %s", t.earlier(&d.Old.Origin), changeCounts(&d.Counts)))
	t.line(nil, fmt.Sprintf("%s: %s, was %s", d.New.Name, sideText(d.New.Summary), sideText(d.Old.Summary)))
	t.reservations(&d.Reservations)
	_, err := out.WriteTo(w)
	return err
}

func (t *table) diffRows(d *api.ReportDiff) {
	namespaced := d.Old.Scope.Several() || d.New.Scope.Several()
	header := []string{"CHANGE", "SEVERITY", "CHECK", "OBJECT"}
	if namespaced {
		header = append([]string{"NAMESPACE"}, header...)
	}
	if !t.terminal() {
		header = append(header, "FINDING")
	}
	g := t.grid(header...)
	shown := 0
	for _, item := range d.Items {
		for i := range item.Findings {
			f := &item.Findings[i]
			if f.Change == api.ChangeUnknown && !t.Wide {
				continue
			}
			shown++
			cells := []cell{t.changeCell(f.Change), painted(t.severities[f.Severity], string(f.Severity)), plain(f.Check), plain(objectName(f.Object))}
			if namespaced {
				cells = append([]cell{plain(orNone(f.Object.CountedIn()))}, cells...)
			}
			var notes []note
			if t.terminal() {
				notes = append(notes, note{text: plain(diffText(f))})
			} else {
				cells = append(cells, plain(diffText(f)))
			}
			if text := scoresText(&item); t.Wide && i == 0 && text != "" {
				notes = append(notes, note{text: plain(text)})
			}
			g.add(cells, notes...)
		}
	}
	if shown > 0 {
		g.write(t.out)
		write(t.out, "\n")
	}
}

// diffText is a message with what is not obvious of the change.
func diffText(f *api.FindingDiff) string {
	text := f.Message
	if f.OldSeverity != "" {
		text = fmt.Sprintf("was %s; %s", f.OldSeverity, text)
	}
	if f.Why != "" {
		text += " (" + f.Why + ")"
	}
	return text
}

// scoresText is the change of a workload's score, empty if there is none.
func scoresText(d *api.SubjectDiff) string {
	if d.OldScore == nil || d.NewScore == nil || *d.OldScore == *d.NewScore {
		return ""
	}
	return fmt.Sprintf("score %d, was %d", *d.NewScore, *d.OldScore)
}

// sideText is the grade and the readiness of one of the reports.
func sideText(s api.Summary) string {
	text := gradeText(s)
	if ready := s.Readiness; ready != nil && ready.Workloads > 0 {
		text += fmt.Sprintf(" with %d of %s ready", ready.Ready, Plural(ready.Workloads, "workload"))
	}
	return text
}
