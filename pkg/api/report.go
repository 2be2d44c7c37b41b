// Package api holds the result of an audit: one versioned schema for every
// printer, program and dashboard. Within a version it only ever grows.
package api

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// APIVersion and Kind identify a Report. The bare group claims no domain.
const (
	APIVersion = "prodcheck/v1alpha1"
	Kind       = "Report"
)

// Report is the result of one audit. It is sorted and depends on no clock but the
// one that the audit was given: the same input makes the same bytes.
type Report struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        Metadata `json:"metadata"`
	Tool            Tool     `json:"tool"`
	Cluster         Cluster  `json:"cluster"`
	Scope           Scope    `json:"scope"`
	// Profile is what the checks were selected by, empty where they were named.
	Profile string `json:"profile,omitempty"`
	// Settings are the options that differ from their defaults, by check and
	// option: "pod-pending.grace" is "30m".
	Settings map[string]string `json:"settings,omitempty"`
	// Policy is absent where nothing of it shaped the report.
	Policy  *Policy `json:"policy,omitempty"`
	Summary Summary `json:"summary"`
	// Gate is absent where nothing was demanded.
	Gate *Gate `json:"gate,omitempty"`
	// Namespaces are sorted worst first.
	Namespaces []Namespace `json:"namespaces"`
	// Subjects are all that was judged, by namespace, kind and name.
	Subjects []Subject `json:"subjects"`
	// Checks are all that were selected, in the order of the catalog.
	Checks []Check `json:"checks"`
	// Findings are sorted worst first, then by the urgency of their checks, then by
	// namespace, kind, name and check.
	Findings []Finding `json:"findings"`
	// Suppressed are sorted as findings are, and count nowhere but there.
	Suppressed []Suppressed `json:"suppressed"`
	// Incomplete lists what could not be read, or only in part. Empty means
	// that everything the selected checks need was read.
	Incomplete []Incomplete `json:"incomplete"`
	// NotRead are files, and documents in files, that could not be read. It is
	// absent where there are none.
	NotRead []NotRead `json:"notRead,omitempty"`
	// Ignored counts, by kind, objects in files that no check reads.
	Ignored map[string]int `json:"ignored,omitempty"`
	// Removed counts, by version, kind and the release of Kubernetes that has removed
	// it, objects in files that no server takes any more as they are written.
	Removed map[string]int `json:"removed,omitempty"`
}

// Metadata names the report after the audited cluster or file.
type Metadata struct {
	Name string `json:"name"`
	// CreationTimestamp is the time as of which the report judges.
	CreationTimestamp metav1.Time `json:"creationTimestamp"`
}

// Tool is the program that made the report.
type Tool struct {
	Version string `json:"version"`
}

// Cluster names the audited cluster. Both fields are empty for plain files.
type Cluster struct {
	Version string `json:"version,omitempty"`
	// Nodes is absent when no selected check needed them.
	Nodes *int `json:"nodes,omitempty"`
}

// Scope is the part of the cluster that was asked for.
type Scope struct {
	AllNamespaces bool     `json:"allNamespaces,omitempty"`
	Namespaces    []string `json:"namespaces,omitempty"`
	// Selector is the label selector that subjects had to match.
	Selector string `json:"selector,omitempty"`
	// LeftOut is absent where all namespaces asked for are judged.
	LeftOut *LeftOut `json:"leftOut,omitempty"`
}

// Grade is a letter from A to F, or "-" when nothing was judged.
type Grade string

// Score is 0 to 100, null when nothing was judged.
type Score struct {
	Score *int  `json:"score"`
	Grade Grade `json:"grade"`
	// CappedBy is set where the score alone would give a better grade than open
	// findings of this severity allow.
	CappedBy Severity `json:"cappedBy,omitempty"`
}

// Readiness is how many workloads have nothing critical or high open, neither
// themselves nor a Service that selects them.
type Readiness struct {
	Ready     int `json:"ready"`
	Workloads int `json:"workloads"`
}

// Summary is the whole report in a few numbers.
type Summary struct {
	Score `json:",inline"`
	// Readiness is absent where nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	// Coverage is the share of the selected checks, by the points of their
	// severities, that could be judged, from 0 to 1. It is rounded down: 1 means
	// everything.
	Coverage float64       `json:"coverage"`
	Subjects SubjectCounts `json:"subjects"`
	Findings Counts        `json:"findings"`
}

// SubjectCounts says how much was looked at.
type SubjectCounts struct {
	Workloads  int `json:"workloads"`
	Services   int `json:"services"`
	Nodes      int `json:"nodes"`
	Namespaces int `json:"namespaces"`
	Pods       int `json:"pods"`
}

// Counts are numbers of findings by severity. Suppressed ones count only there.
type Counts struct {
	Critical   int `json:"critical"`
	High       int `json:"high"`
	Medium     int `json:"medium"`
	Low        int `json:"low"`
	Info       int `json:"info"`
	Suppressed int `json:"suppressed"`
}

// Namespace is the score of one namespace: the mean of its workloads and
// Services, less the points of the namespace's own findings.
type Namespace struct {
	Name  string `json:"name"`
	Score `json:",inline"`
	// Readiness is absent where nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	Findings  Counts     `json:"findings"`
}

// Subject is one workload, Service or other object that checks judged.
type Subject struct {
	Object `json:",inline"`
	// Score is 100 less the points of the subject's findings, null when nothing
	// of it was judged.
	Score *int `json:"score"`
	// Pods is the number of a workload's pods.
	Pods int `json:"pods,omitempty"`
}

// Object names a subject, and its container where one is concerned.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// Container is set when the finding concerns exactly one.
	Container string `json:"container,omitempty"`
}

// Outcome is the result of a check, over all of its subjects.
type Outcome string

// A check fails if any subject fails; otherwise it is unknown if any part of
// what it needs could not be seen; it is suppressed if nothing but suppressed
// findings is left; it passes only when all was seen and fine.
const (
	Fail          Outcome = "fail"
	Pass          Outcome = "pass"
	Unknown       Outcome = "unknown"
	AllSuppressed Outcome = "suppressed"
	NotApplicable Outcome = "not-applicable"
)

// Outcomes are all of them.
var Outcomes = []Outcome{Fail, Pass, Unknown, AllSuppressed, NotApplicable}

// Check is the outcome of one selected check.
type Check struct {
	ID       string   `json:"id"`
	Category string   `json:"category"`
	Severity Severity `json:"severity"`
	// DefaultSeverity is the catalog's, where policy has set another.
	DefaultSeverity Severity `json:"defaultSeverity,omitempty"`
	// Urgency orders findings of the same severity. What is over is low, and comes
	// after all that will fail.
	Urgency Urgency `json:"urgency"`
	Outcome Outcome `json:"outcome"`
	// Judged, Failed and Unknown are numbers of subjects.
	Judged  int `json:"judged"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown,omitempty"`
	// Folded counts subjects whose failure a more specific check speaks for.
	Folded int `json:"folded,omitempty"`
	// Suppressed counts subjects whose failure policy suppresses as a whole.
	Suppressed int `json:"suppressed,omitempty"`
	// Reason says why the outcome is unknown, or what part of it is.
	Reason string `json:"reason,omitempty"`
}

// Evidence are the facts behind a finding: numbers, times in RFC 3339, names
// and lists of names. The keys belong to the check and keep their meaning.
type Evidence map[string]any

// Time is a time as evidence names it: in UTC, to the second.
func Time(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Finding is one fault of one subject.
type Finding struct {
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	Object   Object   `json:"object"`
	// Message stands alone: it can be read without the evidence.
	Message  string   `json:"message"`
	Evidence Evidence `json:"evidence,omitempty"`
	// Since is when the fault began, where that is known.
	Since *metav1.Time `json:"since,omitempty"`
	// Fix says what to change, as a command or patch where there is one.
	Fix string `json:"fix,omitempty"`
	// Folded are the checks that saw the same cause and stay silent.
	Folded []string `json:"folded,omitempty"`
	// Fingerprint identifies check and object across runs.
	Fingerprint string `json:"fingerprint"`
}

// NotRead is a file, or a document in one, that could not be read.
type NotRead struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Incomplete is a resource that was not read, or only in part.
type Incomplete struct {
	// Resource is spelled as kubectl does: endpointslices.discovery.k8s.io.
	Resource string `json:"resource"`
	// Namespace is set when only that namespace is concerned.
	Namespace string `json:"namespace"`
	// Reason is short and stable: forbidden, not served, timed out.
	Reason string `json:"reason"`
	// Detail is the server's own explanation.
	Detail string `json:"detail,omitempty"`
	// Partial means that some objects were read before it failed.
	Partial bool `json:"partial,omitempty"`
}
