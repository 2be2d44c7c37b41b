package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// ListKind identifies a ReportList.
const ListKind = "ReportList"

// ReportList contains the results of audits of several clusters, in the order in
// which the clusters were named.
type ReportList struct {
	metav1.TypeMeta `json:",inline"`
	Items           []*Report `json:"items"`
	// Failed lists the clusters that could not be audited. The reports of the
	// others are still valid.
	Failed []Failure `json:"failed"`
}

// Failure describes a cluster that has no report.
type Failure struct {
	// Name is the name that its report would have.
	Name string `json:"name"`
	// Reason is one line for people.
	Reason string `json:"reason"`
}

// NewList returns a list without reports. As in a report, its lists are never
// nil.
func NewList() *ReportList {
	return &ReportList{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: ListKind},
		Items:    []*Report{},
		Failed:   []Failure{},
	}
}

// NewFailure describes a cluster that could not be audited. It makes both texts safe
// to print, because a reason quotes what a server answered.
func NewFailure(name, reason string) Failure {
	return Failure{Name: Value(name), Reason: Text(reason, MaxMessage)}
}

// DeepCopyObject makes the list a runtime.Object, so that kubectl's printers
// can print it.
func (l *ReportList) DeepCopyObject() runtime.Object {
	out := NewList()
	out.TypeMeta = l.TypeMeta
	for _, r := range l.Items {
		out.Items = append(out.Items, r.DeepCopyObject().(*Report))
	}
	out.Failed = append(out.Failed, l.Failed...)
	return out
}
