package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Change says how a finding differs between two reports.
type Change string

// A finding that could not be judged in one of the two reports is unknown:
// neither new nor gone.
const (
	ChangeNew     Change = "new"
	ChangeWorse   Change = "worse"
	ChangeUnknown Change = "unknown"
	ChangeSame    Change = "same"
	ChangeBetter  Change = "better"
	ChangeGone    Change = "gone"
)

// AllChanges lists all changes, the most important first.
var AllChanges = []Change{ChangeNew, ChangeWorse, ChangeUnknown, ChangeSame, ChangeBetter, ChangeGone}

// IsWorsening reports whether the change makes the later report worse.
func (c Change) IsWorsening() bool { return c == ChangeNew || c == ChangeWorse }

// Changes sums up what changed since an earlier report.
type Changes struct {
	// Earlier identifies the baseline or, without one, a run of the history.
	Earlier Origin `json:"earlier"`
	// Counts contains the number of findings by change and severity.
	Counts       ChangeCounts `json:"counts"`
	Reservations `json:",inline"`
}

// Reservations limit what a comparison of two reports means.
type Reservations struct {
	// Differences say why not everything can be compared: another scope, profile
	// or version.
	Differences []string `json:"differences,omitempty"`
	// NotCompared says why findings are unknown, the most frequent reason first.
	NotCompared []NotCompared `json:"notCompared,omitempty"`
	// Renamed lists workloads that have another name in the earlier report. Their
	// findings are compared as those of one workload.
	Renamed []Rename `json:"renamed,omitempty"`
}

// NotCompared counts findings that could not be judged in one of two reports.
type NotCompared struct {
	Reason   string `json:"reason"`
	Findings int    `json:"findings"`
}

// Rename is a workload with its name in the earlier and in the later report.
type Rename struct {
	From Object `json:"from"`
	To   Object `json:"to"`
}

// Origin identifies a report.
type Origin struct {
	// File is the name of the baseline, empty for a run of the history.
	File              string      `json:"file,omitempty"`
	Name              string      `json:"name"`
	CreationTimestamp metav1.Time `json:"creationTimestamp"`
	// Version is the version of the program that made it.
	Version string `json:"version,omitempty"`
}

// ChangeCounts contains the number of findings by change. Worse and better ones
// count with their current severity.
type ChangeCounts struct {
	New     Counts `json:"new"`
	Worse   Counts `json:"worse"`
	Better  Counts `json:"better"`
	Gone    Counts `json:"gone"`
	Unknown Counts `json:"unknown"`
}

// Of returns the counts of a change, nil if the change is not counted.
func (c *ChangeCounts) Of(change Change) *Counts {
	switch change {
	case ChangeNew:
		return &c.New
	case ChangeWorse:
		return &c.Worse
	case ChangeBetter:
		return &c.Better
	case ChangeGone:
		return &c.Gone
	case ChangeUnknown:
		return &c.Unknown
	}
	return nil
}

// Total counts all findings except suppressed ones.
func (c Counts) Total() int { return c.Critical + c.High + c.Medium + c.Low + c.Info }

// FromReport returns the identification of a report.
func FromReport(r *Report) Origin {
	return Origin{Name: r.Metadata.Name, CreationTimestamp: r.Metadata.CreationTimestamp, Version: r.Tool.Version}
}

func (o *Origin) sanitize() {
	o.File, o.Name, o.Version = Text(o.File, MaxMessage), Value(o.Name), Value(o.Version)
}

func (c *Changes) sanitize() {
	if c == nil {
		return
	}
	c.Earlier.sanitize()
	sanitizeTexts(c.Differences)
	for i := range c.NotCompared {
		c.NotCompared[i].Reason = Text(c.NotCompared[i].Reason, MaxMessage)
	}
	for i := range c.Renamed {
		c.Renamed[i].From.sanitize()
		c.Renamed[i].To.sanitize()
	}
}

func sanitizeTexts(texts []string) {
	for i := range texts {
		texts[i] = Text(texts[i], MaxMessage)
	}
}
