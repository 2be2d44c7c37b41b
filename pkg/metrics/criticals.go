package metrics

import (
	"cmp"
	"math"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// collectCriticals sends that many critical findings, the newest.
func collectCriticals(r *api.Report, most int, to chan<- prometheus.Metric) {
	for _, f := range newestCriticals(r.Findings, most) {
		began := math.NaN()
		if f.Since != nil {
			began = float64(f.Since.Unix())
		}
		o := f.Object
		to <- criticalSince.sample(began, f.Check, o.CountedIn(), o.Kind, o.Name, o.Container)
	}
}

// newestCriticals sorts the critical findings by age. Findings without a known
// begin come last.
func newestCriticals(findings []api.Finding, most int) []api.Finding {
	type key struct {
		check  string
		object api.Object
	}
	var criticals []api.Finding
	seen := map[key]bool{}
	for _, f := range findings {
		k := key{f.Check, f.Object}
		k.object.APIVersion = ""
		if f.Severity != api.Critical || seen[k] {
			continue
		}
		// Two kinds with the same name, from different APIs, would produce the same
		// series twice.
		seen[k] = true
		criticals = append(criticals, f)
	}
	slices.SortStableFunc(criticals, func(a, b api.Finding) int {
		switch {
		case a.Since == nil || b.Since == nil:
			return cmp.Compare(truth(a.Since == nil), truth(b.Since == nil))
		}
		return b.Since.Compare(a.Since.Time)
	})
	return criticals[:min(len(criticals), most)]
}
