package printers

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// formatsOfMany are the formats for several clusters.
func formatsOfMany(t *testing.T) map[string]Print {
	all := map[string]Print{"table": People}
	for _, f := range Formats {
		if !strings.HasSuffix(f.Name, "policyreport") {
			all[f.Name] = printOf(t, f)
		}
	}
	for format, printer := range newPrinters {
		all[format] = func(w io.Writer, found Found) error { return List(w, found, format, printer()) }
	}
	return all
}

// living counts the reports in memory, and those whose findings are.
type living struct{ reports, findings atomic.Int32 }

// read makes a report as from a file, after those that nobody needs have left memory.
func (l *living) read(t *testing.T, name string) *api.Report {
	for patience := time.Now().Add(10 * time.Second); l.reports.Load() > 1 || l.findings.Load() > 1; runtime.Gosched() {
		runtime.GC()
		if time.Now().After(patience) {
			t.Fatalf("%d reports and the findings of %d are in memory before %s is read", l.reports.Load(), l.findings.Load(), name)
		}
	}
	r := changed()
	r.Metadata.Name = name
	l.reports.Add(1)
	runtime.AddCleanup(r, func(n *atomic.Int32) { n.Add(-1) }, &l.reports)
	l.findings.Add(1)
	runtime.AddCleanup(&r.Findings[0], func(n *atomic.Int32) { n.Add(-1) }, &l.findings)
	return r
}

// However many clusters there are, one report is in memory at a time.
func TestFormatsKeepOneReport(t *testing.T) {
	for name, print := range formatsOfMany(t) {
		t.Run(name, func(t *testing.T) {
			var memory living
			found := foundAll(several())
			for i := range 10 {
				item := ItemOf(changed(), 0)
				item.Name = fmt.Sprintf("cluster-%d", i)
				item.Report = func() (*api.Report, error) { return memory.read(t, item.Name), nil }
				found.Items = append(found.Items, item)
			}
			if err := print(io.Discard, found); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// No format hides that a report cannot be read.
func TestReportsThatCannotBeRead(t *testing.T) {
	gone := errors.New("input/output error")
	for name, print := range formatsOfMany(t) {
		found := foundAll(several())
		found.Items[2].Report = func() (*api.Report, error) { return nil, gone }
		if err := print(io.Discard, found); !errors.Is(err, gone) {
			t.Errorf("%s: %v, want %v", name, err, gone)
		}
	}
}
