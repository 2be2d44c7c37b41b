package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Audit contains the facts about a cluster from which metrics are made.
type Audit struct {
	Cluster string
	// Report is the last report, nil before the first.
	Report *api.Report
	// Ended is set once an audit has ended. Failed and Duration are about that
	// audit.
	Ended bool
	// Failed is set if the audit made no report.
	Failed bool
	// Duration is the time that the audit took.
	Duration time.Duration
	// Version is the version of the program.
	Version string
	// Clusters is the number of clusters that were audited together, and share what limits
	// the series of one. It may be zero for one.
	Clusters int
}

// most returns the part of a limit that the cluster has.
func (a Audit) most(limit int) int {
	return max(1, min(limit, sharedBy*limit/max(a.Clusters, 1)))
}

// Of returns an audit that made a report.
func Of(r *api.Report, took time.Duration) Audit {
	return Audit{Cluster: r.Metadata.Name, Report: r, Ended: true, Duration: took, Version: r.Tool.Version}
}

// Describe implements prometheus.Collector. The metrics do not have the label
// ClusterLabel.
func (a Audit) Describe(to chan<- *prometheus.Desc) {
	for _, m := range Metrics {
		to <- m.desc
	}
}

// Collect sends the metrics of the audit.
func (a Audit) Collect(to chan<- prometheus.Metric) {
	to <- buildInfo.sample(1, a.Version)
	if a.Ended {
		to <- duration.sample(a.Duration.Seconds())
		to <- success.sample(truth(!a.Failed))
	}
	if a.Report != nil {
		a.collect(to)
	}
}

func truth(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}

// collect sends the numbers of the report.
func (a Audit) collect(to chan<- prometheus.Metric) {
	r := a.Report
	to <- lastSuccess.sample(float64(r.Metadata.CreationTimestamp.Unix()))
	if r.Summary.Score.Score != nil {
		to <- score.sample(float64(*r.Summary.Score.Score))
	}
	if ready := r.Summary.Readiness; ready != nil {
		to <- workloadsReady.sample(float64(ready.Ready))
		to <- workloads.sample(float64(ready.Workloads))
	}
	to <- coverage.sample(r.Summary.Coverage)
	for _, severity := range api.Severities {
		to <- findings.sample(float64(r.Summary.Findings.Of(severity)), string(severity))
	}
	to <- suppressed.sample(float64(r.Summary.Findings.Suppressed))
	collectNamespaces(r, a.most(MaxNamespaces), to)
	collectCriticals(r, a.most(MaxCriticals), to)
	collectChanges(r, to)

	seen := r.Summary.Subjects
	for kind, n := range map[string]int{
		"workload": seen.Workloads, "service": seen.Services, "pod": seen.Pods, "node": seen.Nodes, "namespace": seen.Namespaces,
	} {
		to <- subjects.sample(float64(n), kind)
	}
	outcomes := map[api.Outcome]int{}
	for _, check := range r.Checks {
		outcomes[check.Outcome]++
	}
	for _, outcome := range api.Outcomes {
		to <- checks.sample(float64(outcomes[outcome]), string(outcome))
	}
	resources := map[string]bool{}
	for _, i := range r.Incomplete {
		resources[i.Resource] = true
	}
	to <- incomplete.sample(float64(len(resources)))
}
