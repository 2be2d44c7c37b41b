package cli

import (
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
)

// result collects the results of a run of audits.
type result struct {
	*api.ReportList
	// several clusters were asked for, even if there is only one. Otherwise
	// the list holds one report, and no failure.
	several bool
	// took are how long it took to make the reports.
	took []time.Duration
	// version is that of the program.
	version string
}

func oneReport(r *api.Report, took time.Duration) result {
	found := result{ReportList: api.NewList()}
	found.add(r, took)
	return found
}

func (r *result) add(made *api.Report, took time.Duration) {
	r.Items, r.took = append(r.Items, made), append(r.took, took)
}

// audits returns the audits from which metrics are made.
func (r result) audits() []metrics.Audit {
	var audits []metrics.Audit
	for i, item := range r.Items {
		audits = append(audits, metrics.Of(item, r.took[i]))
	}
	for _, failure := range r.Failed {
		audits = append(audits, metrics.Audit{Cluster: failure.Name, Ended: true, Failed: true, Version: r.version})
	}
	return audits
}

// object returns the result for programs.
func (r result) object() runtime.Object {
	if r.several {
		return r.ReportList
	}
	return r.Items[0]
}

// demand returns an error that says all that the result does not satisfy, in the
// order of the clusters, failures last.
func (r result) demand() error {
	if !r.several {
		return demand(r.Items[0])
	}
	var unsatisfied clusterErrors
	for _, item := range r.Items {
		if err := demand(item); err != nil {
			unsatisfied = append(unsatisfied, clusterError{item.Metadata.Name, err})
		}
	}
	for _, failure := range r.Failed {
		unsatisfied = append(unsatisfied, clusterError{failure.Name, errors.New("not audited: " + failure.Reason)})
	}
	if len(unsatisfied) == 0 {
		return nil
	}
	return unsatisfied
}
