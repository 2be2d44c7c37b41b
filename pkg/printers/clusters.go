package printers

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Clusters writes a row for each cluster, the one with the smallest share of ready
// workloads first and those without a report last, and then each report as Table does.
func Clusters(w io.Writer, found Found) error {
	var out bytes.Buffer
	t := table{Options: found.Options, palette: newPalette(found.Color), out: &out}
	found.Items = found.leastReadyFirst()
	t.clusters(found.Items, found.Failed)
	err := found.Each(func(r *api.Report) error {
		write(&out, "\n", painted(t.heading, "==> "+r.Metadata.Name+" <==").String(), "\n")
		if err := Table(&out, r, found.Options); err != nil {
			return err
		}
		_, err := out.WriteTo(w)
		return err
	})
	if err != nil {
		return err
	}
	if found.Wide && len(found.Items) > 0 {
		write(&out, "\n")
		t.line(t.hint, "fixes are commands for kubectl's current context: switch to that of the cluster before you run one")
	}
	_, err = out.WriteTo(w)
	return err
}

// clusters writes one row for each cluster. A name that leaves no room for its
// row gets a line of its own.
func (t *table) clusters(items []Item, failed []api.Failure) {
	g := t.clusterGrid(items, failed, math.MaxInt)
	if tooWide := g.span() - t.Width; t.terminal() && tooWide > 0 {
		g = t.clusterGrid(items, failed, g.widths()[0]-tooWide)
	}
	g.write(t.out)
}

func (t *table) clusterGrid(items []Item, failed []api.Failure, maxName int) *grid {
	g := t.grid("CLUSTER", "GRADE", "SCORE", "READY", "CRITICAL", "HIGH", "MEDIUM", "LOW", "COVERAGE")
	add := func(name string, cells ...cell) {
		first := plain(name)
		if first.width() > maxName {
			g.add([]cell{first})
			first = cell{}
		}
		g.add(append([]cell{first}, cells...))
	}
	for _, item := range items {
		s := item.Summary
		cells := []cell{painted(t.grades[s.Grade], string(s.Grade)), plain(scoreText(s.Score)), plain(readyText(s.Readiness))}
		for _, severity := range api.Severities[:4] {
			cells = append(cells, t.count(s.Findings.Of(severity), severity))
		}
		add(item.Name, append(cells, t.coverage(s.Coverage))...)
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
