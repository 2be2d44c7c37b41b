// Package api contains the versioned types: the result of an audit, which is
// one schema for every printer, program and dashboard, the checks of the
// catalog, and the configuration. Within a version, types only gain fields.
package api

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	// Shard is absent from the report of a whole.
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

// Grade is a letter from A to F, or "-" when nothing was judged.
type Grade string

// Score is a number from 0 to 100, or null when nothing was judged.
type Score struct {
	Score *int  `json:"score"`
	Grade Grade `json:"grade"`
	// CappedBy is set if open findings of this severity make the grade worse
	// than the score alone would.
	CappedBy Severity `json:"cappedBy,omitempty"`
}

// Readiness counts the workloads without an open critical or high finding,
// neither on themselves nor on a Service that selects them.
type Readiness struct {
	Ready     int `json:"ready"`
	Workloads int `json:"workloads"`
}

// Summary sums the report up in a few numbers.
type Summary struct {
	Score `json:",inline"`
	// Readiness is absent if nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	// Coverage is the share of the selected checks that could be judged,
	// weighted by the points of their severities, from 0 to 1. It is rounded
	// down: 1 means everything.
	Coverage float64       `json:"coverage"`
	Subjects SubjectCounts `json:"subjects"`
	Findings Counts        `json:"findings"`
}

// SubjectCounts counts what the audit looked at.
type SubjectCounts struct {
	Workloads  int `json:"workloads"`
	Services   int `json:"services"`
	Nodes      int `json:"nodes"`
	Namespaces int `json:"namespaces"`
	Pods       int `json:"pods"`
}

// Counts contains the number of findings by severity. Suppressed findings count
// only as suppressed.
type Counts struct {
	Critical   int `json:"critical"`
	High       int `json:"high"`
	Medium     int `json:"medium"`
	Low        int `json:"low"`
	Info       int `json:"info"`
	Suppressed int `json:"suppressed"`
}

// Namespace contains the score of one namespace: the mean of its workloads and
// Services, less the points of the namespace's own findings.
type Namespace struct {
	Name  string `json:"name"`
	Score `json:",inline"`
	// Readiness is absent if nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	Findings  Counts     `json:"findings"`
}

// Subject is a workload, Service or other object that checks judged.
type Subject struct {
	Object `json:",inline"`
	// Score is 100 less the points of the subject's findings, or null when no
	// check judged it.
	Score *int `json:"score"`
	// Pods is the number of a workload's pods.
	Pods int `json:"pods,omitempty"`
	// Template identifies what a workload runs: its containers with their images, without
	// tags, and their commands. If a workload is gone, and another one of the same kind and
	// namespace appears with the same template, it was renamed.
	Template string `json:"template,omitempty"`
	// DependsOn lists the objects that a subject needs, if the user named the subject:
	// Services, routes, budgets, autoscalers, configuration, storage and nodes.
	DependsOn []Object `json:"dependsOn,omitempty"`
}

// Object names a subject and, if the finding is about one, its container.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// Container is set if the finding is about exactly one container.
	Container string `json:"container,omitempty"`
}

// Outcome is the result of a check, over all of its subjects.
type Outcome string

// A check fails if any subject fails. Otherwise it is unknown if any part of
// what it needs could not be read, and suppressed if only suppressed findings
// are left. It passes only if everything was read and is fine.
const (
	Fail          Outcome = "fail"
	Pass          Outcome = "pass"
	Unknown       Outcome = "unknown"
	AllSuppressed Outcome = "suppressed"
	NotApplicable Outcome = "not-applicable"
)

// Outcomes lists all outcomes.
var Outcomes = []Outcome{Fail, Pass, Unknown, AllSuppressed, NotApplicable}

// Check contains the outcome of one selected check.
type Check struct {
	ID       string   `json:"id"`
	Category string   `json:"category"`
	Severity Severity `json:"severity"`
	// DefaultSeverity is the severity in the catalog, if policy has set
	// another.
	DefaultSeverity Severity `json:"defaultSeverity,omitempty"`
	// Urgency orders findings of the same severity. Faults that are over are
	// low, and come after everything that will fail.
	Urgency Urgency `json:"urgency"`
	Outcome Outcome `json:"outcome"`
	// Judged, Failed and Unknown count subjects.
	Judged  int `json:"judged"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown,omitempty"`
	// Folded counts subjects whose failure a more specific check reports.
	Folded int `json:"folded,omitempty"`
	// Suppressed counts subjects whose failure policy suppresses completely.
	Suppressed int `json:"suppressed,omitempty"`
	// Reason says why the outcome, or a part of it, is unknown.
	Reason string `json:"reason,omitempty"`
}

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
	// FirstSeen is the time of the first report with it, where a history or a
	// baseline tells: after it was gone for more than a week, it is seen for the
	// first time again.
	FirstSeen *metav1.Time `json:"firstSeen,omitempty"`
	// OpenSince is set where it was gone in the meantime: from then on, all reports
	// that judged it have it.
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

// Source is a line of a file, a URL or the standard input.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// NotRead is a file, or a document in one, that could not be read.
type NotRead struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Replaced is an object in a file that a later one replaces.
type Replaced struct {
	Object Object `json:"object"`
	Source Source `json:"source"`
	// By is the later one.
	By Source `json:"by"`
}

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
