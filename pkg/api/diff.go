package api

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// DiffKind identifies a ReportDiff.
const DiffKind = "ReportDiff"

// ReportDiff lists the differences between two reports.
type ReportDiff struct {
	metav1.TypeMeta `json:",inline"`
	// Metadata names the later report.
	Metadata     Metadata     `json:"metadata"`
	Old          DiffSide     `json:"old"`
	New          DiffSide     `json:"new"`
	Counts       ChangeCounts `json:"counts"`
	Reservations `json:",inline"`
	// Items are the subjects with a difference, the worst first.
	Items []SubjectDiff `json:"items"`
}

// DiffSide is one of the two reports.
type DiffSide struct {
	Origin  `json:",inline"`
	Scope   Scope   `json:"scope"`
	Profile string  `json:"profile,omitempty"`
	Summary Summary `json:"summary"`
}

// SubjectDiff lists the differences of a workload or another object.
type SubjectDiff struct {
	Object `json:",inline"`
	// OldScore and NewScore are null if the object did not exist or was not judged.
	OldScore *int          `json:"oldScore"`
	NewScore *int          `json:"newScore"`
	Findings []FindingDiff `json:"findings"`
}

// FindingDiff is a finding that differs between the reports. If it is gone, it
// comes from the old report.
type FindingDiff struct {
	Finding `json:",inline"`
	// OldSeverity is set if the severity has changed.
	OldSeverity Severity `json:"oldSeverity,omitempty"`
	// Why explains a change that is not obvious: the reason why it is unknown, or a
	// suppression.
	Why string `json:"why,omitempty"`
}

// NewDiff returns a diff without differences.
func NewDiff(from, to *Report) *ReportDiff {
	return &ReportDiff{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: DiffKind},
		Metadata: to.Metadata,
		Old:      DiffSide{FromReport(from), from.Scope, from.Profile, from.Summary},
		New:      DiffSide{FromReport(to), to.Scope, to.Profile, to.Summary},
		Items:    []SubjectDiff{},
	}
}

// GetObjectMeta lets kubectl's printers read the diff's name.
func (d *ReportDiff) GetObjectMeta() metav1.Object {
	return &metav1.ObjectMeta{Name: d.Metadata.Name, CreationTimestamp: d.Metadata.CreationTimestamp}
}

// DeepCopyObject makes the diff a runtime.Object.
func (d *ReportDiff) DeepCopyObject() runtime.Object {
	out := *d
	out.Differences, out.NotCompared, out.Renamed = slices.Clone(d.Differences), slices.Clone(d.NotCompared), slices.Clone(d.Renamed)
	out.Items = slices.Clone(d.Items)
	for i := range out.Items {
		out.Items[i].Findings = slices.Clone(out.Items[i].Findings)
	}
	return &out
}
