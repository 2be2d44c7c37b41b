package history

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

// aDay is the least age of the run with which a report is compared: a day, less what two
// daily runs may be apart from it.
const aDay = 20 * time.Hour

// Mark says of each finding of a report since when the history knows it, and how often it
// has come and gone. The report is compared with the last run that is a day old, or with
// the oldest if there is none. It returns the entries that are damaged.
func (d Directory) Mark(r *api.Report) ([]api.NotRead, error) {
	runs, problems, err := d.recent(r)
	if err != nil {
		return nil, err
	}
	followed := newLives()
	for _, before := range runs {
		followed.add(before)
	}
	followed.add(r)
	for i := range r.Findings {
		f := &r.Findings[i]
		one := followed.byFingerprint[f.Fingerprint]
		first, open := one.FirstSeen, one.Periods[len(one.Periods)-1].From
		f.FirstSeen, f.TimesGone = &first, len(one.Periods)-1
		if open.After(first.Time) {
			f.OpenSince = &open
		}
	}
	if len(runs) > 0 {
		compare.Of(dayBefore(r, runs), r).Mark()
	}
	return problems, nil
}

// dayBefore is the run with which a report is compared.
func dayBefore(r *api.Report, runs []*api.Report) *api.Report {
	latest := r.Metadata.CreationTimestamp.Add(-aDay)
	chosen := runs[0]
	for _, before := range runs {
		if !before.Metadata.CreationTimestamp.After(latest) {
			chosen = before
		}
	}
	return chosen
}
