package printers

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func runOf(r *api.Report, before time.Duration, score int) api.Run {
	run := api.Run{Scope: r.Scope, Score: scored(score, "C"), Findings: api.Counts{Critical: 1, High: 3}}
	run.Name, run.CreationTimestamp = r.Metadata.Name, metav1.NewTime(judgedAt.Add(-before))
	return run
}

func TestTrend(t *testing.T) {
	r := shop()
	without := runOf(r, time.Hour, 0)
	without.Score.Score = nil
	elsewhere := runOf(r, time.Hour, 1)
	elsewhere.Name = "prod-us"
	trend := newHTMLTrend(r, []api.Run{runOf(r, 48*time.Hour, 71), elsewhere, without, runOf(r, 24*time.Hour, 100), runOf(r, 0, 3)})
	if want := "M12 29L500 0L988 39"; trend.Line != want {
		t.Errorf("line %q, want %q", trend.Line, want)
	}
	if want := "Score 61, 71 at the beginning; 4 critical and high findings, the same as at the beginning."; trend.Caption != want {
		t.Errorf("caption %q, want %q", trend.Caption, want)
	}
	last := trend.Points[2]
	if last.Critical != "20" || last.CriticalTop != "20" || last.HighTop != "0" || trend.Worst != 4 {
		t.Errorf("bar %+v of at most %d", last, trend.Worst)
	}
	if !strings.HasPrefix(last.Title, "21 November 2026, 02:30 UTC: score 61, grade D, 2 critical, 2 high") {
		t.Errorf("title %q", last.Title)
	}
}

// A picture needs two runs, and has room for so many.
func TestTrendOfFewAndMany(t *testing.T) {
	r := shop()
	if newHTMLTrend(r, nil) != nil {
		t.Error("one run has no trend")
	}
	var runs []api.Run
	for i := range 1000 {
		runs = append(runs, runOf(r, time.Duration(1000-i)*time.Hour, 50))
	}
	trend := newHTMLTrend(r, runs)
	if len(trend.Points) != maxPoints || trend.Points[0].X != "12" || trend.Points[maxPoints-1].X != "988" {
		t.Errorf("%d points from %s to %s", len(trend.Points), trend.Points[0].X, trend.Points[len(trend.Points)-1].X)
	}
}
