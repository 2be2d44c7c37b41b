package history

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

// lives follows findings through the runs of one series, the oldest first.
type lives struct {
	byFingerprint map[string]*life
	// open contains the findings that are not gone.
	open map[string]*life
	// order is that in which they were first seen.
	order []*life
}

// life is an api.Life while it goes on.
type life struct {
	api.Life
	// last is the last finding, and in the report that has it.
	last *api.Finding
	in   *compare.Report
}

func newLives() *lives {
	return &lives{byFingerprint: map[string]*life{}, open: map[string]*life{}}
}

// add adds the next run. It returns the findings that are new since the runs before, and
// those that are gone.
func (l *lives) add(r *api.Report) (appeared, gone []*api.Finding) {
	at, here := r.Metadata.CreationTimestamp, compare.Prepare(r)
	for i := range r.Findings {
		f := &r.Findings[i]
		one := l.byFingerprint[f.Fingerprint]
		if one == nil {
			one = &life{Life: api.Life{Check: f.Check, Object: f.Object, Fingerprint: f.Fingerprint, Cluster: r.Metadata.Name, Scope: r.Scope, FirstSeen: at}}
			if f.FirstSeen != nil {
				// Of runs that were removed since.
				one.FirstSeen = *f.FirstSeen
			}
			l.byFingerprint[f.Fingerprint] = one
			l.order = append(l.order, one)
		}
		if l.open[f.Fingerprint] == nil {
			from := at
			if known := f.KnownSince(); known != nil && len(one.Periods) == 0 {
				from = *known
			}
			one.Periods = append(one.Periods, api.Period{From: from})
			l.open[f.Fingerprint] = one
			appeared = append(appeared, f)
		}
		one.Severity, one.LastSeen, one.last, one.in = f.Severity, at, f, here
	}
	for fingerprint, one := range l.open {
		if one.in == here || compare.Between(one.in, here).Became(one.last) != api.ChangeGone {
			continue
		}
		one.Periods[len(one.Periods)-1].Until = &at
		delete(l.open, fingerprint)
		gone = append(gone, one.last)
		one.last, one.in = nil, nil
	}
	return appeared, gone
}

// conclude sums up a life until a time.
func (one *life) conclude(until metav1.Time) api.Life {
	result := one.Life
	for _, p := range one.Periods {
		end := until.Time
		if p.Until != nil {
			end = p.Until.Time
		}
		result.OpenSeconds += int64(end.Sub(p.From.Time) / time.Second)
	}
	result.Open = one.Periods[len(one.Periods)-1].Until == nil
	return result
}
