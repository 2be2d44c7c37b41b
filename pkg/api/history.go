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
	// Findings are the lives that somebody asked for: those of one finding, or of
	// all findings of an object. The longest open ones come first.
	Findings []Life `json:"findings,omitempty"`
	// MeanTimeToMend is by severity, of findings that were open and are gone.
	MeanTimeToMend []MendTime `json:"meanTimeToMend"`
	// NotRead are entries that are damaged.
	NotRead []NotRead `json:"notRead,omitempty"`
}

// Run is one audit in the history.
type Run struct {
	Origin  `json:",inline"`
	Scope   Scope  `json:"scope"`
	Profile string `json:"profile,omitempty"`
	Score   `json:",inline"`
	// Readiness is absent where nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	Coverage  float64    `json:"coverage"`
	Findings  Counts     `json:"findings"`
	// New and Gone compare with the run before, and are absent for the first.
	New  *Counts `json:"new,omitempty"`
	Gone *Counts `json:"gone,omitempty"`
}

// Life reports when a finding was open.
type Life struct {
	Check       string   `json:"check"`
	Severity    Severity `json:"severity"`
	Object      Object   `json:"object"`
	Fingerprint string   `json:"fingerprint"`
	// Cluster and Scope name the series of runs.
	Cluster string `json:"cluster"`
	Scope   Scope  `json:"scope"`
	// FirstSeen is the time of the first run with it.
	FirstSeen metav1.Time `json:"firstSeen"`
	// LastSeen is the time of the last run with it.
	LastSeen metav1.Time `json:"lastSeen"`
	// Open is set where the last run that judged it has it.
	Open bool `json:"open"`
	// OpenSeconds is for how long it was open, all in all.
	OpenSeconds int64 `json:"openSeconds"`
	// Periods are the times during which it was open.
	Periods []Period `json:"periods"`
}

// Period is from the first run with a finding to the first that judged it and did
// not have it. Runs that could not judge it end nothing.
type Period struct {
	From metav1.Time `json:"from"`
	// Until is absent while it is open.
	Until *metav1.Time `json:"until,omitempty"`
}

// MendTime says how long findings of a severity were open before they were gone.
type MendTime struct {
	Severity Severity `json:"severity"`
	// Mended is the number of times that one was gone.
	Mended int `json:"mended"`
	// MeanSeconds is absent where none was.
	MeanSeconds *int64 `json:"meanSeconds,omitempty"`
}

// NewHistory returns a history without runs.
func NewHistory() *History {
	return &History{
		TypeMeta:       metav1.TypeMeta{APIVersion: APIVersion, Kind: HistoryKind},
		Items:          []Run{},
		MeanTimeToMend: []MendTime{},
	}
}

// DeepCopyObject makes the history a runtime.Object.
func (h *History) DeepCopyObject() runtime.Object {
	out := *h
	out.Items = slices.Clone(h.Items)
	out.Findings = slices.Clone(h.Findings)
	out.MeanTimeToMend = slices.Clone(h.MeanTimeToMend)
	out.NotRead = slices.Clone(h.NotRead)
	return &out
}
