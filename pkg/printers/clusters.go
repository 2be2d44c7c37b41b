package printers

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Clusters writes a row for each cluster, the one with the smallest share of ready
// workloads first and those without a report last, and then each report as Table does.
func Clusters(w io.Writer, list *api.ReportList, o Options) error {
	out := new(bytes.Buffer)
	t := table{Options: o, palette: newPalette(o.Color), out: out}
	reports := slices.SortedStableFunc(slices.Values(list.Items), leastReadyFirst)
	t.clusters(reports, list.Failed)
	for _, r := range reports {
		write(out, "\n", painted(t.heading, "==> "+r.Metadata.Name+" <==").String(), "\n")
		if err := Table(out, r, o); err != nil {
			return err
		}
	}
	if o.Wide && len(reports) > 0 {
		write(out, "\n")
		t.line(t.hint, "fixes are commands for kubectl's current context: make it the cluster's before you run one")
	}
	_, err := out.WriteTo(w)
	return err
}

// leastReadyFirst compares shares of ready workloads, and then scores.
func leastReadyFirst(a, b *api.Report) int {
	return cmp.Or(
		cmp.Compare(readyShare(a), readyShare(b)),
		a.Summary.Score.Compare(b.Summary.Score), cmp.Compare(a.Metadata.Name, b.Metadata.Name),
	)
}

// readyShare is 1 if there are no workloads: nothing is not ready.
func readyShare(r *api.Report) float64 {
	ready := r.Summary.Readiness
	if ready == nil || ready.Workloads == 0 {
		return 1
	}
	return float64(ready.Ready) / float64(ready.Workloads)
}

// clusters writes one row for each cluster. A name that leaves no room for its
// row gets a line of its own.
func (t *table) clusters(reports []*api.Report, failed []api.Failure) {
	g := t.clusterGrid(reports, failed, math.MaxInt)
	if tooWide := g.span() - t.Width; t.terminal() && tooWide > 0 {
		g = t.clusterGrid(reports, failed, g.widths()[0]-tooWide)
	}
	g.write(t.out)
}

func (t *table) clusterGrid(reports []*api.Report, failed []api.Failure, maxName int) *grid {
	g := t.grid("CLUSTER", "GRADE", "SCORE", "READY", "CRITICAL", "HIGH", "MEDIUM", "LOW", "COVERAGE")
	add := func(name string, cells ...cell) {
		first := plain(name)
		if first.width() > maxName {
			g.add([]cell{first})
			first = cell{}
		}
		g.add(append([]cell{first}, cells...))
	}
	for _, r := range reports {
		s := r.Summary
		cells := []cell{painted(t.grades[s.Grade], string(s.Grade)), plain(scoreText(s.Score)), plain(readyText(s.Readiness))}
		for _, severity := range api.Severities[:4] {
			cells = append(cells, t.count(s.Findings.Of(severity), severity))
		}
		add(r.Metadata.Name, append(cells, t.coverage(s.Coverage))...)
	}
	for _, f := range failed {
		add(f.Name, painted(t.warning, "not audited: "+f.Reason))
	}
	return g
}

func (t *table) coverage(share float64) cell {
	if share == 1 {
		return plain(coverageText(share))
	}
	return painted(t.warning, coverageText(share))
}

// coverageText rounds down: 100% means everything.
func coverageText(share float64) string { return fmt.Sprintf("%g%%", math.Floor(share*1000)/10) }
