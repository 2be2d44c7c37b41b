package printers

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// past is a history of two clusters, with the life of a finding.
func past() *api.History {
	h := api.NewHistory()
	for day, score := range []int{95, 40, 0, 72} {
		run := api.Run{
			Origin: api.Origin{Name: "prod-eu", CreationTimestamp: *ago(time.Duration(3-day) * 24 * time.Hour)}, Scope: api.Scope{AllNamespaces: true},
			Score: scored(score, "C"), Readiness: &api.Readiness{Ready: 3, Workloads: 4}, Findings: api.Counts{Critical: day, High: 2},
		}
		if day > 0 {
			run.New, run.Gone = &api.Counts{High: 2}, &api.Counts{Low: 1}
		}
		h.Items = append(h.Items, run)
	}
	h.Items = append(h.Items, api.Run{
		Origin: api.Origin{Name: "prod-us", CreationTimestamp: *ago(0)}, Scope: api.Scope{Namespaces: []string{"shop"}}, Score: api.Score{Grade: "-"},
	})
	mean := int64(26 * 60 * 60)
	h.MeanTimeToFix = []api.FixTime{{Severity: api.High, Fixed: 3, MeanSeconds: &mean}}
	until := ago(30 * time.Hour)
	h.Findings = []api.Life{{
		Check: "pod-unready", Severity: api.High, Object: deployment("shop", "cart", "app"), FirstSeen: *ago(72 * time.Hour), Former: []api.Object{deployment("shop", "basket", "app")}, OpenSeconds: 2 * 24 * 60 * 60,
		Periods: []api.Period{
			{From: *ago(72 * time.Hour), Until: until}, {From: *ago(29 * time.Hour), Until: ago(28 * time.Hour), Suppressed: true}, {From: *ago(5 * time.Hour)},
		},
	}}
	return h
}

func TestHistoryCSV(t *testing.T) {
	h := past()
	h.Items[0].Name = "=cmd()\n"
	h.Findings[0].Object.Name = "+1"
	for name, print := range map[string]func(io.Writer, *api.History, Options) error{"history": HistoryCSV, "lives": LivesCSV} {
		for suffix, o := range map[string]Options{"": {}, ".no-headers": {NoHeaders: true}} {
			var out strings.Builder
			if err := print(&out, h, o); err != nil {
				t.Fatal(err)
			}
			golden(t, name+suffix+".csv", out.String())
		}
	}
}

// However large a cluster is and however long its name, lines fit the terminal.
func TestHistoryFitsTheTerminal(t *testing.T) {
	h := past()
	h.Items[3].Name = strings.Repeat("production-", 12)
	h.Items[3].Readiness = &api.Readiness{Ready: 12345, Workloads: 23456}
	h.Items[3].Findings = api.Counts{Critical: 1234, High: 123456, Medium: 1234567, Low: 1234567}
	h.Findings[0].Object.Name = strings.Repeat("search-", 20)
	for _, width := range []int{72, 80, 100} {
		var out strings.Builder
		if err := errors.Join(History(&out, h, Options{Width: width}), Lives(&out, h, Options{Width: width})); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if runewidth.StringWidth(strings.TrimSuffix(line, "\n")) > width {
				t.Errorf("wider than %d: %s", width, line)
			}
		}
	}
}

func TestHistory(t *testing.T) {
	for name, o := range map[string]Options{"piped": {}, "80": {Width: 80}, "80-color": {Width: 80, Color: true}} {
		t.Run(name, func(t *testing.T) {
			var runs, lives strings.Builder
			if err := History(&runs, past(), o); err != nil {
				t.Fatal(err)
			}
			if err := Lives(&lives, past(), o); err != nil {
				t.Fatal(err)
			}
			golden(t, "history."+name+".txt", runs.String())
			golden(t, "lives."+name+".txt", lives.String())
		})
	}
}
