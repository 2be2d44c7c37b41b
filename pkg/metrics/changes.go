package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// collectChanges sends what a history or a baseline says about the findings.
func collectChanges(r *api.Report, to chan<- prometheus.Metric) {
	if r.Changes != nil {
		for _, change := range api.AllChanges {
			counts := r.Changes.Counts.Of(change)
			if counts == nil {
				continue
			}
			for _, severity := range api.Severities {
				to <- changedFindings.sample(float64(counts.Of(severity)), string(change), string(severity))
			}
		}
	}
	oldest := map[api.Severity]*metav1.Time{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if since := f.KnownSince(); since != nil && (oldest[f.Severity] == nil || since.Before(oldest[f.Severity])) {
			oldest[f.Severity] = since
		}
	}
	for severity, since := range oldest {
		to <- oldestFinding.sample(float64(since.Unix()), string(severity))
	}
}
