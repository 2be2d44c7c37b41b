package printers

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Sizes of the picture of a trend. Its width stands for the time from the first run to
// the last.
const (
	trendWidth  = 1000
	trendMargin = 12
	barHeight   = 40
	// maxPoints is the number of runs that fit beside each other.
	maxPoints = 200
)

// htmlTrend is the picture of the runs of one cluster and scope.
type htmlTrend struct {
	// Line is the path of the score, from 0 at the top to 100 at the bottom of it.
	Line   string
	Points []htmlPoint
	// From and To are the days of the first run and the last.
	From, To string
	// Caption says in words what the picture shows.
	Caption string
	// Worst is the largest number of critical and high findings of a run.
	Worst int
}

// htmlPoint is one run in the picture.
type htmlPoint struct {
	Title string
	X, Y  string
	// Bar is the left end of the bar of findings, which is Wide.
	Bar, Wide string
	// Critical and High are parts of the bar, with their upper ends.
	Critical, CriticalTop, High, HighTop string
}

// newHTMLTrend returns nil without two runs that have a score.
func newHTMLTrend(r *api.Report, runs []api.Run) *htmlTrend {
	var own []api.Run
	now := api.Run{Scope: r.Scope, Score: r.Summary.Score, Findings: r.Summary.Findings}
	now.Name, now.CreationTimestamp = r.Metadata.Name, r.Metadata.CreationTimestamp
	for _, run := range runs {
		if run.Name == now.Name && reflect.DeepEqual(run.Scope, now.Scope) && run.Score.Score != nil && run.CreationTimestamp.Before(&now.CreationTimestamp) {
			own = append(own, run)
		}
	}
	if len(own) == 0 || now.Score.Score == nil {
		return nil
	}
	t := &htmlTrend{}
	own = thinned(append(own, now))
	for _, run := range own {
		t.Worst = max(t.Worst, run.Findings.Critical+run.Findings.High)
	}
	first := own[0]
	span := now.CreationTimestamp.Sub(first.CreationTimestamp.Time)
	wide := min(12, 0.6*trendWidth/float64(len(own)))
	var line strings.Builder
	for i, run := range own {
		share := float64(run.CreationTimestamp.Sub(first.CreationTimestamp.Time)) / float64(span)
		x := trendMargin + share*(trendWidth-2*trendMargin)
		height := func(n int) float64 { return barHeight * float64(n) / float64(max(t.Worst, 1)) }
		critical, high := height(run.Findings.Critical), height(run.Findings.High)
		p := htmlPoint{
			Title: fmt.Sprintf("%s: score %d, grade %s, %d critical, %d high",
				run.CreationTimestamp.UTC().Format("2 January 2006, 15:04 UTC"), *run.Score.Score, run.Grade, run.Findings.Critical, run.Findings.High),
			X: number(x), Y: number(float64(100 - *run.Score.Score)), Bar: number(x - wide/2), Wide: number(wide),
			Critical: number(critical), CriticalTop: number(barHeight - critical), High: number(high), HighTop: number(barHeight - critical - high),
		}
		fmt.Fprintf(&line, "%c%s %s", "ML"[min(i, 1)], p.X, p.Y)
		t.Points = append(t.Points, p)
	}
	t.Line = line.String()
	t.From, t.To = first.CreationTimestamp.UTC().Format("2 January 2006"), now.CreationTimestamp.UTC().Format("2 January 2006")
	t.Caption = fmt.Sprintf("Score %d, %s; %d critical and high findings, %s.",
		*now.Score.Score, comparedWith(*now.Score.Score, *first.Score.Score),
		now.Findings.Critical+now.Findings.High, comparedWith(now.Findings.Critical+now.Findings.High, first.Findings.Critical+first.Findings.High))
	return t
}

// thinned keeps the first run, the last and evenly some between them.
func thinned(runs []api.Run) []api.Run {
	if len(runs) <= maxPoints {
		return runs
	}
	kept := make([]api.Run, maxPoints)
	for i := range kept {
		kept[i] = runs[i*(len(runs)-1)/(maxPoints-1)]
	}
	return kept
}

func comparedWith(now, first int) string {
	if now == first {
		return "the same as at the beginning"
	}
	return fmt.Sprintf("%d at the beginning", first)
}

func number(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }
