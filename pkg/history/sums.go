package history

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// sums contains what a list of audits shows of one of them.
type sums struct {
	// Report has no more than a summary.
	*api.Report
	// New and Gone compare with the run before. They are absent for the first run.
	New  *api.Counts `json:"new,omitempty"`
	Gone *api.Counts `json:"gone,omitempty"`
	// Fixed are the findings that are gone.
	Fixed []fixed `json:"fixed,omitempty"`
}

// fixed is a finding that is gone.
type fixed struct {
	Severity api.Severity `json:"severity"`
	// Seconds counts how long it was open.
	Seconds int64 `json:"seconds"`
}

// sum sums up the run that was added last.
func (l *lives) sum(r *api.Report, appeared, gone []*api.Finding) *sums {
	s := &sums{Report: api.New()}
	s.Metadata, s.Tool, s.Scope, s.Profile, s.Summary = r.Metadata, r.Tool, r.Scope, r.Profile, r.Summary
	s.New, s.Gone = (&Query{}).counts(appeared), (&Query{}).counts(gone)
	for _, f := range gone {
		periods := l.byFingerprint[f.Fingerprint].Periods
		if last := periods[len(periods)-1]; !last.Suppressed {
			s.Fixed = append(s.Fixed, fixed{f.Severity, int64(last.Until.Sub(last.From.Time).Seconds())})
		}
	}
	return s
}

func readSums(file string) (*sums, error) {
	s := &sums{Report: &api.Report{}}
	return s, readReport(file, sumsMember, s, s.Report)
}

// listRuns lists all audits of a series.
func listRuns(h *api.History, all fixTimes, files []string) {
	for one := range read(files, readSums) {
		if skipped(h, one.file, one.problem) {
			continue
		}
		s := one.entry
		item := runOf(s.Report)
		item.New, item.Gone = s.New, s.Gone
		h.Items = append(h.Items, item)
		for _, m := range s.Fixed {
			all.add(m.Severity, m.Seconds)
		}
	}
}
