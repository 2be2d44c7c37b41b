// Package api contains the versioned types: the result of an audit, which is
// one schema for every printer, program and dashboard, the checks of the
// catalog, and the configuration. Within a version, types only gain fields.
package api

import (
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// APIVersion and Kind identify a Report. The group has no domain, so it claims
// none.
const (
	APIVersion = "prodcheck/v1alpha1"
	Kind       = "Report"
)

// Report is the result of one audit. It is sorted and depends on no clock other
// than the one that the audit was given: the same input makes the same bytes.
type Report struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        Metadata `json:"metadata"`
	Tool            Tool     `json:"tool"`
	Cluster         Cluster  `json:"cluster"`
	Scope           Scope    `json:"scope"`
	// Shard is absent unless the report covers only one shard.
	Shard *Shard `json:"shard,omitempty"`
	// Profile selected the checks. It is empty if the user named them.
	Profile string `json:"profile,omitempty"`
	// Settings contains the options that differ from their defaults, by check
	// and option: "pod-pending.grace" is "30m".
	Settings map[string]string `json:"settings,omitempty"`
	// Policy is absent if no policy shaped the report.
	Policy  *Policy `json:"policy,omitempty"`
	Summary Summary `json:"summary"`
	// Gate is absent if nothing is required.
	Gate *Gate `json:"gate,omitempty"`
	// Changes are absent without a baseline and without an earlier run in a history.
	Changes *Changes `json:"changes,omitempty"`
	// Namespaces are sorted worst first.
	Namespaces []Namespace `json:"namespaces"`
	// Subjects lists everything that was judged, by namespace, kind and name.
	Subjects []Subject `json:"subjects"`
	// Checks lists all selected checks, in the order of the catalog.
	Checks []Check `json:"checks"`
	// Findings are sorted worst first, then by the urgency of their checks, then by
	// namespace, kind, name and check. With a baseline, those that are new or worse
	// come first.
	Findings []Finding `json:"findings"`
	// Suppressed findings are sorted as findings are, and count nowhere else.
	Suppressed []Suppressed `json:"suppressed"`
	// Incomplete lists resources that could not be read, or only in part. It is
	// empty if everything that the selected checks need was read.
	Incomplete []Incomplete `json:"incomplete"`
	// Observation is absent unless the cluster was watched after it was read.
	Observation *Observation `json:"observation,omitempty"`
	// NotRead lists files, and documents in files, that could not be read. It
	// is absent if there are none.
	NotRead []NotRead `json:"notRead,omitempty"`
	// Replaced lists objects in files that were not judged because a later one has their
	// name: kubectl apply would replace them. It is absent if there are none.
	Replaced []Replaced `json:"replaced,omitempty"`
	// Ignored counts, by kind, objects in files that no check reads.
	Ignored map[string]int `json:"ignored,omitempty"`
	// Removed counts objects in files whose version no longer exists, by
	// version, kind and the Kubernetes release that removed it.
	Removed map[string]int `json:"removed,omitempty"`
}

// New returns an empty report. Its lists are not nil, so that they are printed
// as empty lists and a program can iterate over them without a check for null.
func New() *Report {
	return &Report{
		TypeMeta:   metav1.TypeMeta{APIVersion: APIVersion, Kind: Kind},
		Namespaces: []Namespace{},
		Subjects:   []Subject{},
		Checks:     []Check{},
		Findings:   []Finding{},
		Suppressed: []Suppressed{},
		Incomplete: []Incomplete{},
	}
}

// GetObjectMeta lets kubectl's printers read the report's name.
func (r *Report) GetObjectMeta() metav1.Object {
	return &metav1.ObjectMeta{Name: r.Metadata.Name, CreationTimestamp: r.Metadata.CreationTimestamp}
}

// DeepCopyObject makes the report a runtime.Object, so that kubectl's printers
// can print it. The copy goes through JSON, the report's own contract. An audit
// never copies a report, so speed does not matter here.
func (r *Report) DeepCopyObject() runtime.Object {
	data, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("a report is always valid JSON: %v", err))
	}
	out := New()
	if err := json.Unmarshal(data, out); err != nil {
		panic(fmt.Sprintf("a report always reads its own JSON: %v", err))
	}
	return out
}

// Metadata names the report after the audited cluster or file.
type Metadata struct {
	Name string `json:"name"`
	// CreationTimestamp is the time as of which the audit judged.
	CreationTimestamp metav1.Time `json:"creationTimestamp"`
}

// Tool names the program that made the report.
type Tool struct {
	Version string `json:"version"`
}

// Cluster names the audited cluster. Both fields are empty for plain files.
type Cluster struct {
	Version string `json:"version,omitempty"`
	// Nodes is absent if no selected check needs nodes.
	Nodes *int `json:"nodes,omitempty"`
}

// Scope is the part of the cluster that was asked for.
type Scope struct {
	AllNamespaces bool     `json:"allNamespaces,omitempty"`
	Namespaces    []string `json:"namespaces,omitempty"`
	// Objects are the only ones that were audited, with what they depend on:
	// deployment.apps/cart.
	Objects []string `json:"objects,omitempty"`
	// Selector is the label selector that subjects had to match.
	Selector string `json:"selector,omitempty"`
	// LeftOut is absent if all requested namespaces were judged.
	LeftOut *LeftOut `json:"leftOut,omitempty"`
}

// Several reports whether more than one namespace was asked for.
func (s Scope) Several() bool { return s.AllNamespaces || len(s.Namespaces) > 1 }

// Incomplete is a resource that was not read, or only in part.
type Incomplete struct {
	// Resource is spelled as kubectl does: endpointslices.discovery.k8s.io.
	Resource string `json:"resource"`
	// Namespace is set if only that namespace is affected.
	Namespace string `json:"namespace"`
	// Reason is short and stable: forbidden, not served, timed out.
	Reason string `json:"reason"`
	// Detail is the server's own explanation.
	Detail string `json:"detail,omitempty"`
	// Partial means that some objects were read before reading failed.
	Partial bool `json:"partial,omitempty"`
}
