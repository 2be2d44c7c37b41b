package api

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Evidence contains the facts behind a finding: numbers, times in RFC 3339,
// names and lists of names. The keys belong to the check and keep their
// meaning.
type Evidence map[string]any

// Time formats a time for evidence: in UTC, to the second.
func Time(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Finding is one fault of one subject.
type Finding struct {
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	Object   Object   `json:"object"`
	// Message can be read without the evidence.
	Message  string   `json:"message"`
	Evidence Evidence `json:"evidence,omitempty"`
	// Since is the time at which the fault began, if known.
	Since *metav1.Time `json:"since,omitempty"`
	// Fix says what to change, with a command or patch if there is one.
	Fix string `json:"fix,omitempty"`
	// Folded lists the checks that saw the same cause and report no finding of
	// their own.
	Folded []string `json:"folded,omitempty"`
	// Source locates the object, or the field that is wrong, in a file. It is absent
	// if the object was read from a cluster or a snapshot.
	Source *Source `json:"source,omitempty"`
	// Fingerprint identifies the check and the object across runs.
	Fingerprint string `json:"fingerprint"`
	// Change is absent without a baseline and without an earlier run in a history.
	Change Change `json:"change,omitempty"`
	// FirstSeen is the time of the first report with it, if a history or a baseline
	// shows it. A finding that was gone for more than a week counts as new.
	FirstSeen *metav1.Time `json:"firstSeen,omitempty"`
	// OpenSince is set if it was gone in the meantime: all reports since then that
	// judged it have it.
	OpenSince *metav1.Time `json:"openSince,omitempty"`
	// TimesGone counts how often within the last seven days it was gone and came back.
	TimesGone int `json:"timesGone,omitempty"`
}

// KnownSince returns since when a history or a baseline knows that the finding is open,
// nil without them.
func (f *Finding) KnownSince() *metav1.Time {
	if f.OpenSince != nil {
		return f.OpenSince
	}
	return f.FirstSeen
}
