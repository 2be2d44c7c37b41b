package printers

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// History writes a row for each audit, the oldest first, with the trend of the scores and
// the time until findings were fixed below.
func History(w io.Writer, h *api.History, o Options) error {
	var out bytes.Buffer
	t := table{Options: o, palette: newPalette(o.Color), out: &out}
	if len(h.Items) == 0 {
		t.line(nil, "no audits")
	} else {
		t.runs(h).write(&out)
	}
	for _, m := range h.MeanTimeToFix {
		if m.MeanSeconds != nil {
			t.line(nil, fmt.Sprintf("mean time to fix, %s: %s (%d fixed)", m.Severity, secondsText(*m.MeanSeconds), m.Fixed))
		}
	}
	_, err := out.WriteTo(w)
	return err
}

// runs returns a grid of all audits. The least severities give way where it is too wide.
func (t *table) runs(h *api.History) *grid {
	severities := api.Severities[:4]
	for {
		g := t.runsOf(h, severities)
		if !t.terminal() || g.span() <= t.Width || len(severities) == 1 {
			return g
		}
		severities = severities[:len(severities)-1]
	}
}

func (t *table) runsOf(h *api.History, severities []api.Severity) *grid {
	header := []string{"TIME", "GRADE", "SCORE", "READY"}
	for _, severity := range severities {
		header = append(header, strings.ToUpper(string(severity)))
	}
	g := t.grid(append(header, "NEW", "GONE")...)
	for start := 0; start < len(h.Items); {
		end := start + 1
		for end < len(h.Items) && seriesText(&h.Items[end]) == seriesText(&h.Items[start]) {
			end++
		}
		g.add([]cell{painted(t.heading, seriesText(&h.Items[start])+trend(h.Items[start:end]))})
		for i := start; i < end; i++ {
			g.add(t.runCells(&h.Items[i], severities))
		}
		start = end
	}
	return g
}

func seriesText(r *api.Run) string {
	text := r.Name
	if len(r.Scope.Namespaces) > 0 {
		text += ", " + strings.Join(r.Scope.Namespaces, ", ")
	}
	if len(r.Scope.Objects) > 0 {
		text += ", " + strings.Join(r.Scope.Objects, ", ")
	}
	if r.Scope.Selector != "" {
		text += " (" + r.Scope.Selector + ")"
	}
	return text
}

// maxTrend is the number of audits that a trend shows, the last ones.
const maxTrend = 40

// trend draws the scores from 0 to 100, one character for each audit.
func trend(runs []api.Run) string {
	if len(runs) < 2 {
		return ""
	}
	heights := []rune("▁▂▃▄▅▆▇█")
	line := "  "
	for _, r := range runs[max(0, len(runs)-maxTrend):] {
		if score := r.Score.Score; score != nil {
			line += string(heights[min(max(*score, 0), 99)*len(heights)/100])
		} else {
			line += "·"
		}
	}
	return line
}

func (t *table) runCells(r *api.Run, severities []api.Severity) []cell {
	cells := []cell{
		plain(timeText(r.CreationTimestamp)), painted(t.grades[r.Grade], string(r.Grade)), plain(scoreText(r.Score)), plain(readyText(r.Readiness)),
	}
	for _, severity := range severities {
		cells = append(cells, t.count(r.Findings.Of(severity), severity))
	}
	for _, counts := range []*api.Counts{r.New, r.Gone} {
		text := "-"
		if counts != nil {
			text = strconv.Itoa(counts.Total())
		}
		cells = append(cells, plain(text))
	}
	return cells
}

// Lives writes when findings were open, those that still are first.
func Lives(w io.Writer, h *api.History, o Options) error {
	var out bytes.Buffer
	t := table{Options: o, palette: newPalette(o.Color), out: &out}
	g := t.grid("OPEN-FOR", "SEVERITY", "CHECK", "OBJECT")
	for _, l := range h.Findings {
		var periods []string
		if l.FirstSeen.Before(&l.Periods[0].From) {
			periods = append(periods, "first seen "+timeText(l.FirstSeen))
		}
		for _, p := range l.Periods {
			switch {
			case p.Until == nil:
				periods = append(periods, "open since "+timeText(p.From))
			case p.Suppressed:
				periods = append(periods, fmt.Sprintf("open from %s, suppressed since %s", timeText(p.From), timeText(*p.Until)))
			default:
				periods = append(periods, fmt.Sprintf("open from %s to %s", timeText(p.From), timeText(*p.Until)))
			}
		}
		for _, former := range l.Former {
			periods = append(periods, "was "+objectName(former))
		}
		g.add([]cell{
			plain(secondsText(l.OpenSeconds)), painted(t.severities[l.Severity], string(l.Severity)), plain(l.Check), plain(namespacedName(l.Object)),
		}, note{text: plain(strings.Join(periods, ", "))})
	}
	g.write(&out)
	_, err := out.WriteTo(w)
	return err
}

func timeText(at metav1.Time) string { return at.UTC().Format("2006-01-02T15:04Z") }

func secondsText(seconds int64) string {
	return duration.HumanDuration(time.Duration(seconds) * time.Second)
}
