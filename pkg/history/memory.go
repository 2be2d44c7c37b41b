package history

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

// window limits how long a finding that is gone is remembered.
const window = 7 * 24 * time.Hour

// memory contains, besides the findings of a run, everything that the next one needs to know,
// so that it reads no other. A run that is lost costs what happened in it alone.
type memory struct {
	// Unjudged are open findings that the run could not judge.
	Unjudged []api.Finding `json:"unjudged,omitempty"`
	// Gone are findings that were gone within the window.
	Gone []api.Finding `json:"gone,omitempty"`
	// TimesGone are the times in the window at which findings were gone, by fingerprint.
	TimesGone map[string][]metav1.Time `json:"timesGone,omitempty"`
}

// recall returns the lives that a run knows of, at the time of the next one.
func recall(e *entry, now metav1.Time) *lives {
	l := newLives()
	if e == nil {
		return l
	}
	for i := range e.Findings {
		l.recall(e, &e.Findings[i], true, now)
	}
	for i := range e.Memory.Unjudged {
		l.recall(e, &e.Memory.Unjudged[i], true, now)
	}
	for i := range e.Memory.Gone {
		l.recall(e, &e.Memory.Gone[i], false, now)
	}
	l.before = compare.Prepare(e.Report)
	return l
}

func (l *lives) recall(e *entry, f *api.Finding, open bool, now metav1.Time) {
	if f.FirstSeen == nil || l.byFingerprint[f.Fingerprint] != nil {
		// Nobody has written such an entry.
		return
	}
	one := l.of(f, f, e.Report)
	one.gone, one.last = e.Memory.TimesGone[f.Fingerprint], f
	one.gone = one.recentlyGone(now)
	one.Periods = []api.Period{{From: *f.KnownSince()}}
	switch {
	case open:
		l.open[f.Fingerprint] = one
	case len(one.gone) == 0:
		// It was gone for longer than the window.
		delete(l.byFingerprint, f.Fingerprint)
		l.order = l.order[:len(l.order)-1]
	default:
		one.Periods[0].Until = &one.gone[len(one.gone)-1]
	}
}

// hand returns the outline of the run that was added last, with what it knows.
func (l *lives) hand(r *api.Report) *entry {
	at := r.Metadata.CreationTimestamp
	e := &entry{Report: outline(r), Memory: memory{TimesGone: map[string][]metav1.Time{}}}
	for i := range e.Findings {
		f := &e.Findings[i]
		l.byFingerprint[f.Fingerprint].mark(f, at)
	}
	for _, one := range l.order {
		recently := one.recentlyGone(at)
		if len(recently) > 0 {
			e.Memory.TimesGone[one.Fingerprint] = recently
		}
		f := outlined(one.last)
		one.mark(&f, at)
		switch {
		case one.LastSeen.Equal(&at):
		case l.open[one.Fingerprint] == one:
			e.Memory.Unjudged = append(e.Memory.Unjudged, f)
		case len(recently) > 0:
			e.Memory.Gone = append(e.Memory.Gone, f)
		}
	}
	return e
}
