package metrics

import (
	"cmp"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// collectNamespaces sends the metrics with a namespace label, for that many namespaces.
func collectNamespaces(r *api.Report, most int, to chan<- prometheus.Metric) {
	// Findings without a namespace are not summed with those of any namespace.
	own := map[string]bool{"": true}
	for _, n := range worst(r.Namespaces, most) {
		own[n.Name] = true
		if n.Score.Score != nil {
			to <- namespaceScore.sample(float64(*n.Score.Score), n.Name)
		}
	}
	type series struct {
		check     string
		severity  api.Severity
		namespace string
	}
	open := map[series]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		namespace := f.Object.CountedIn()
		if !own[namespace] {
			namespace = OtherNamespaces
		}
		open[series{f.Check, f.Severity, namespace}]++
	}
	for s, n := range open {
		to <- checkFindings.sample(float64(n), s.check, string(s.severity), s.namespace)
	}
}

// worst returns the namespaces with the most critical findings, then the most
// high ones, then the lowest score. So a namespace without such findings never
// displaces one that an alert has to name.
func worst(all []api.Namespace, n int) []api.Namespace {
	if len(all) <= n {
		return all
	}
	// The report sorts by score and name.
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b api.Namespace) int {
		return cmp.Or(cmp.Compare(b.Findings.Critical, a.Findings.Critical), cmp.Compare(b.Findings.High, a.Findings.High))
	})
	return sorted[:n]
}
