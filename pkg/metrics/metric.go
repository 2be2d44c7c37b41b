// Package metrics makes Prometheus metrics from reports. The number of series is
// limited, whatever the size of the cluster.
package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
)

// ClusterLabel distinguishes clusters: every metric has it.
const ClusterLabel = "cluster"

// Limits on the series that grow with a cluster. The report itself has no limit.
const (
	// MaxNamespaces limits the namespaces that have their own series, the worst
	// ones.
	MaxNamespaces = 100
	// MaxCriticals limits the critical findings that have their own series, the
	// newest ones.
	MaxCriticals = 50
	// sharedBy is the number of clusters with which each has the whole limits. More
	// clusters share what these have.
	sharedBy = 10
)

// OtherNamespaces is the label under which the namespaces beyond MaxNamespaces
// are summed. No namespace can have this name.
const OtherNamespaces = "_other"

// Metric describes one metric, which is a gauge. Its series disappear together
// with their object.
type Metric struct {
	Name string
	Help string
	// Labels are the labels in addition to ClusterLabel.
	Labels []string
	// Series says how many series a cluster has.
	Series string
	desc   *prometheus.Desc
}

// Metrics lists all metrics of a report, in the order of the documentation.
var Metrics = []*Metric{
	score, workloadsReady, workloads, coverage, findings, suppressed, checkFindings, namespaceScore, criticalSince, changedFindings, oldestFinding,
	subjects, checks, incomplete,
	success, lastSuccess, duration, buildInfo,
}

var (
	score = define("prodcheck_score",
		"Mean score of the workloads and Services, less the points that nodes lost, from 0 to 100. Absent if nothing was judged.", "0 or 1")
	workloadsReady = define("prodcheck_workloads_ready",
		"Workloads without an open critical or high finding, on themselves or on a Service that selects them. Absent if nothing was judged.", "0 or 1")
	workloads = define("prodcheck_workloads",
		"Workloads whose pods could be read. Absent if nothing was judged.", "0 or 1")
	coverage = define("prodcheck_coverage_ratio",
		"Share of the checks, by the points of their severities, that could be judged, from 0 to 1.", "1")
	findings = define("prodcheck_findings",
		"Open findings by severity.", "5, zeros as well", "severity")
	suppressed = define("prodcheck_suppressed_findings",
		"Findings that are suppressed, and therefore neither open nor part of the score.", "1")
	checkFindings = define("prodcheck_check_findings",
		"Open findings by check, severity and namespace. The 100 worst namespaces have their own; namespace _other sums the rest, and nodes have none.",
		"checks × their severities × 102; no zeros", "check", "severity", "namespace")
	namespaceScore = define("prodcheck_namespace_score",
		"Score of the 100 worst namespaces, from 0 to 100: the mean of the workloads and Services, less the points of the namespace's own findings.", "up to 100", "namespace")
	criticalSince = define("prodcheck_critical_finding_since_timestamp_seconds",
		"When the 50 newest critical findings began, as Unix time. NaN if unknown; those come last.",
		"up to 50", "check", "namespace", "kind", "name", "container")
	changedFindings = define("prodcheck_changed_findings",
		"Findings by change since the baseline or, without one, since the report of a day ago in the history: new, worse, better, gone, unknown. Absent without an earlier report.",
		"0 or 25, zeros as well", "change", "severity")
	oldestFinding = define("prodcheck_oldest_finding_since_timestamp_seconds",
		"Since when the oldest open finding of a severity has been open, as Unix time, according to the history or the baseline. Absent without them.",
		"up to 5", "severity")
	subjects = define("prodcheck_subjects",
		"Objects that were audited, by kind: workload, service, pod, node, namespace.", "5, zeros as well", "kind")
	checks = define("prodcheck_checks",
		"Selected checks by outcome: fail, pass, unknown, suppressed, not-applicable.", "5, zeros as well", "outcome")
	incomplete = define("prodcheck_incomplete_resources",
		"Kubernetes resources that were not read, or only partly.", "1")
	success = define("prodcheck_audit_success",
		"Whether the last audit made a report: 1 or 0. An incomplete report is one.", "1")
	lastSuccess = define("prodcheck_audit_last_success_timestamp_seconds",
		"Time of the last report, as Unix time of the cluster's clock.", "1")
	duration = define("prodcheck_audit_duration_seconds",
		"How long the last audit took, whether it made a report or not.", "1")
	buildInfo = define("prodcheck_build_info",
		"The version of prodcheck, as a label of the value 1.", "1", "version")
)

func define(name, help, series string, labels ...string) *Metric {
	return &Metric{name, help, labels, series, prometheus.NewDesc(name, help, labels, nil)}
}

// sample returns one value, with the values of the labels in their order.
func (m *Metric) sample(value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(m.desc, prometheus.GaugeValue, value, labels...)
}
