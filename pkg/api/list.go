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
	// Failed are the clusters that could not be audited. What was found in the
	// others stands.
	Failed []Failure `json:"failed"`
}

// Failure is a cluster that has no report.
type Failure struct {
	// Name is what its report would be called.
	Name string `json:"name"`
	// Reason is one line for people.
	Reason string `json:"reason"`
}

// NewList returns a list without reports. Like a report's, its lists are not nil.
func NewList() *ReportList {
	return &ReportList{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: ListKind},
		Items:    []*Report{},
		Failed:   []Failure{},
	}
}

// Fail adds a cluster that could not be audited. Both texts become safe to
// print: a reason holds what a server says.
func (l *ReportList) Fail(name, reason string) {
	l.Failed = append(l.Failed, Failure{Name: Value(name), Reason: Text(reason, MaxMessage)})
}

// DeepCopyObject makes the list a runtime.Object, and so printable by kubectl's
// printers.
func (l *ReportList) DeepCopyObject() runtime.Object {
	out := NewList()
	out.TypeMeta = l.TypeMeta
	for _, r := range l.Items {
		out.Items = append(out.Items, r.DeepCopyObject().(*Report))
	}
	out.Failed = append(out.Failed, l.Failed...)
	return out
}
