package history

import (
	"cmp"
	"slices"
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
	// order lists all lives by when they were first seen.
	order []*life
	// before is the last run.
	before *compare.Report
}

// life is an api.Life that is still followed.
type life struct {
	api.Life
	// last is the finding as it was last seen.
	last *api.Finding
	// gone are the times at which it was gone.
	gone []metav1.Time
}

func newLives() *lives {
	return &lives{byFingerprint: map[string]*life{}, open: map[string]*life{}, before: compare.Prepare(api.New())}
}

// add adds the next run. It returns the findings that are new since the run before, and
// those that are gone.
func (l *lives) add(r *api.Report) (appeared, gone []*api.Finding) {
	at, here := r.Metadata.CreationTimestamp, compare.Prepare(r)
	since := compare.Between(l.before, here)
	l.before = here
	for i := range r.Findings {
		f := &r.Findings[i]
		one := l.of(f, since.Was(f), r)
		if l.open[f.Fingerprint] == nil {
			from := at
			if known := f.KnownSince(); known != nil && len(one.Periods) == 0 {
				// By runs that were removed since.
				from = *known
			}
			one.Periods = append(one.Periods, api.Period{From: from})
			l.open[f.Fingerprint] = one
			if since.ChangeOf(f) == api.ChangeNew {
				appeared = append(appeared, f)
			}
		}
		one.Severity, one.LastSeen, one.last = f.Severity, at, f
	}
	for fingerprint, one := range l.open {
		if since.Became(one.last) != api.ChangeGone {
			continue
		}
		period := &one.Periods[len(one.Periods)-1]
		period.Until, period.Suppressed, one.gone = &at, here.Suppresses(one.last), append(one.gone, at)
		delete(l.open, fingerprint)
		gone = append(gone, one.last)
	}
	slices.SortFunc(gone, func(a, b *api.Finding) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) })
	return appeared, gone
}

// of returns the life of a finding, which continues if its object has another name than
// before.
func (l *lives) of(f, was *api.Finding, r *api.Report) *life {
	one := l.byFingerprint[f.Fingerprint]
	switch before := l.open[was.Fingerprint]; {
	case was != f && before != nil:
		delete(l.byFingerprint, was.Fingerprint)
		delete(l.open, was.Fingerprint)
		one = before
		one.Former = append(one.Former, was.Object)
		one.Object, one.Fingerprint = f.Object, f.Fingerprint
		l.open[f.Fingerprint] = one
	case one != nil:
		return one
	default:
		one = &life{Life: api.Life{
			Check: f.Check, Object: f.Object, Fingerprint: f.Fingerprint, Cluster: r.Metadata.Name, Scope: r.Scope, FirstSeen: r.Metadata.CreationTimestamp,
		}}
		if f.FirstSeen != nil {
			one.FirstSeen = *f.FirstSeen
		}
		l.order = append(l.order, one)
	}
	l.byFingerprint[f.Fingerprint] = one
	return one
}

// mark says of a finding what its life is until a time.
func (one *life) mark(f *api.Finding, at metav1.Time) {
	first, open := one.FirstSeen, one.Periods[len(one.Periods)-1].From
	f.FirstSeen, f.OpenSince, f.TimesGone = &first, nil, len(one.recentlyGone(at))
	if open.After(first.Time) {
		f.OpenSince = &open
	}
}

// recentlyGone are the times at which it was gone, in the window before a time.
func (one *life) recentlyGone(at metav1.Time) []metav1.Time {
	first := slices.IndexFunc(one.gone, func(gone metav1.Time) bool { return at.Sub(gone.Time) <= window })
	if first < 0 {
		return nil
	}
	return one.gone[first:]
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
