package compare

import (
	"cmp"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Tracker follows the findings of a cluster from report to report. While a check cannot
// judge, what was open stays open: so each finding appears once, and is gone once.
type Tracker struct {
	// open findings are by fingerprint, nil before the first report.
	open map[string]api.Finding
}

// Next returns the findings that appear in a report or got worse, in its order, and
// then those that are gone. All findings of the first report are the same as before.
func (t *Tracker) Next(r *api.Report) []api.FindingDiff {
	appears := api.ChangeNew
	if t.open == nil {
		t.open, appears = map[string]api.Finding{}, api.ChangeSame
	}
	var changes []api.FindingDiff
	for _, f := range r.Findings {
		before, known := t.open[f.Fingerprint]
		t.open[f.Fingerprint] = f
		switch {
		case !known:
			changes = append(changes, changed(f, appears))
		case f.Severity.Rank() < before.Severity.Rank():
			worse := changed(f, api.ChangeWorse)
			worse.OldSeverity = before.Severity
			changes = append(changes, worse)
		}
	}
	return append(changes, t.gone(r)...)
}

// gone forgets the findings that a report shows to be gone.
func (t *Tracker) gone(r *api.Report) []api.FindingDiff {
	var gone []api.FindingDiff
	now := Prepare(r)
	c := Between(now, now)
	for fingerprint, f := range t.open {
		if now.open[fingerprint] != nil {
			continue
		}
		if d := c.ofMissing(&f); d.change == api.ChangeGone {
			delete(t.open, fingerprint)
			item := changed(f, api.ChangeGone)
			item.Why = d.why
			gone = append(gone, item)
		}
	}
	slices.SortFunc(gone, func(a, b api.FindingDiff) int {
		return cmp.Or(compareFindings(a, b), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return gone
}

func changed(f api.Finding, change api.Change) api.FindingDiff {
	f.Change = change
	return api.FindingDiff{Finding: f}
}
