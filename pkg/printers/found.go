package printers

import (
	"cmp"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Found is the result of a run of audits, with further data that formats need.
type Found struct {
	// Items are the reports, in the order of the clusters.
	Items []Item
	// Failed lists the clusters without a report.
	Failed []api.Failure
	// Several is set if the user asked for several clusters, even if there is only
	// one. Otherwise there is one report and no failure.
	Several bool
	// Version is the version of the program.
	Version string
	// Checks documents the checks of the catalog.
	Checks []api.CatalogCheck
	// Runs reads the earlier audits of a history, the oldest first. It is nil without
	// a history, and takes long with a large one.
	Runs func() []api.Run
	// Options are for formats that people read on a terminal.
	Options
}

// Item stands for a report, which formats read in turn: of many clusters, only one
// report is in memory at a time.
type Item struct {
	Name    string
	Summary api.Summary
	// Took is the duration of the audit.
	Took time.Duration
	// Report reads the report.
	Report func() (*api.Report, error)
}

// ItemOf returns the item of a report in memory.
func ItemOf(r *api.Report, took time.Duration) Item {
	return Item{
		Name: r.Metadata.Name, Summary: r.Summary, Took: took,
		Report: func() (*api.Report, error) { return r, nil },
	}
}

// Each visits the reports in order.
func (f Found) Each(visit func(*api.Report) error) error {
	for _, item := range f.Items {
		r, err := item.Report()
		if err != nil {
			return err
		}
		if err := visit(r); err != nil {
			return err
		}
	}
	return nil
}

// prefix names the cluster of a report, if there are several.
func (f Found) prefix(r *api.Report) string {
	if f.Several {
		return r.Metadata.Name + ": "
	}
	return ""
}

// leastReadyFirst returns the items by their shares of ready workloads, and then by
// their scores.
func (f Found) leastReadyFirst() []Item {
	return slices.SortedStableFunc(slices.Values(f.Items), func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(readyShare(a.Summary), readyShare(b.Summary)),
			a.Summary.Score.Compare(b.Summary.Score), cmp.Compare(a.Name, b.Name),
		)
	})
}

// readyShare is 1 if there are no workloads: nothing is not ready.
func readyShare(s api.Summary) float64 {
	if s.Readiness == nil || s.Readiness.Workloads == 0 {
		return 1
	}
	return float64(s.Readiness.Ready) / float64(s.Readiness.Workloads)
}
