package api

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// HistoryKind identifies a History.
const HistoryKind = "History"

// History lists audits of the past.
type History struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ListMeta `json:"metadata"`
	// Items are the runs, by cluster and scope, the oldest first.
	Items []Run `json:"items"`
	// Findings contains the lives that the user asked for: of one finding, or of
	// all findings of an object. Those that were open longest come first.
	Findings []Life `json:"findings,omitempty"`
	// MeanTimeToFix covers, by severity, findings that were open and are gone.
	MeanTimeToFix []FixTime `json:"meanTimeToFix"`
	// NotRead lists damaged entries.
	NotRead []NotRead `json:"notRead,omitempty"`
}

// Run is one audit in the history.
type Run struct {
	Origin  `json:",inline"`
	Scope   Scope  `json:"scope"`
	Profile string `json:"profile,omitempty"`
	Score   `json:",inline"`
	// Readiness is absent if nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	Coverage  float64    `json:"coverage"`
	Findings  Counts     `json:"findings"`
	// New and Gone compare with the run before. They are absent for the first run.
	New  *Counts `json:"new,omitempty"`
	Gone *Counts `json:"gone,omitempty"`
}

// Life says when a finding was open.
type Life struct {
	Check       string   `json:"check"`
	Severity    Severity `json:"severity"`
	Object      Object   `json:"object"`
	Fingerprint string   `json:"fingerprint"`
	// Former are the names that the object had before it was renamed.
	Former []Object `json:"former,omitempty"`
	// Cluster and Scope identify the series of runs.
	Cluster string `json:"cluster"`
	Scope   Scope  `json:"scope"`
	// FirstSeen is the time of the first run with it.
	FirstSeen metav1.Time `json:"firstSeen"`
	// LastSeen is the time of the last run with it.
	LastSeen metav1.Time `json:"lastSeen"`
	// Open is set if the last run that judged the finding has it.
	Open bool `json:"open"`
	// OpenSeconds is the total time for which it was open.
	OpenSeconds int64 `json:"openSeconds"`
	// Periods are the times during which it was open.
	Periods []Period `json:"periods"`
}

// Period begins with the first run that has a finding, and ends with the first
// run that judged it and does not have it. Runs that could not judge it do not
// end a period.
type Period struct {
	From metav1.Time `json:"from"`
	// Until is absent while it is open.
	Until *metav1.Time `json:"until,omitempty"`
	// Suppressed is set if it ended because policy suppresses the finding, which is not
	// fixed by that.
	Suppressed bool `json:"suppressed,omitempty"`
}

// FixTime says how long findings of a severity were open before they were gone.
type FixTime struct {
	Severity Severity `json:"severity"`
	// Fixed counts how many times such a finding was gone.
	Fixed int `json:"fixed"`
	// MeanSeconds is absent if there was none.
	MeanSeconds *int64 `json:"meanSeconds,omitempty"`
}

// NewHistory returns a history without runs.
func NewHistory() *History {
	return &History{
		TypeMeta:      metav1.TypeMeta{APIVersion: APIVersion, Kind: HistoryKind},
		Items:         []Run{},
		MeanTimeToFix: []FixTime{},
	}
}

// DeepCopyObject makes the history a runtime.Object.
func (h *History) DeepCopyObject() runtime.Object {
	out := *h
	out.Items = slices.Clone(h.Items)
	out.Findings = slices.Clone(h.Findings)
	out.MeanTimeToFix = slices.Clone(h.MeanTimeToFix)
	out.NotRead = slices.Clone(h.NotRead)
	return &out
}
