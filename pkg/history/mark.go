package history

import (
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

// aDay is the least age of the run with which a report is compared: a day, less what two
// daily runs may be apart from it.
const aDay = 20 * time.Hour

// Mark says of each finding of a report since when the history knows it, and how often it
// has come and gone. The report is compared with the last run that is a day old, or with
// the oldest if there is none. Only these two runs are read. It returns the entries that are damaged.
func (d Directory) Mark(r *api.Report) ([]api.NotRead, error) {
	files, err := d.before(r)
	if err != nil {
		return nil, err
	}
	var entries reader
	at := r.Metadata.CreationTimestamp
	last := entries.first(slices.Backward(files))
	known := recall(last, at)
	known.add(r)
	for i := range r.Findings {
		f := &r.Findings[i]
		known.byFingerprint[f.Fingerprint].mark(f, at)
	}
	if last != nil {
		compare.Of(entries.dayBefore(files, at.Add(-aDay)).Report, r).Mark()
	}
	return entries.problems, nil
}

// dayBefore is the run with which a report is compared: the newest that is as old as asked
// for, or else the oldest.
func (r *reader) dayBefore(files []string, latest time.Time) *entry {
	newer := slices.IndexFunc(files, func(file string) bool { at, err := timeOf(file); return err == nil && at.After(latest) })
	if newer < 0 {
		newer = len(files)
	}
	if e := r.first(slices.Backward(files[:newer])); e != nil {
		return e
	}
	return r.first(slices.All(files[newer:]))
}
