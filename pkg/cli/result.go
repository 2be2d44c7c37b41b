package cli

import (
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// result adds to what a run of audits found how the command ends.
type result struct{ printers.Found }

func oneReport(r *api.Report, took time.Duration) result {
	found := result{printers.Found{ReportList: api.NewList()}}
	found.add(r, took)
	return found
}

func (r *result) add(made *api.Report, took time.Duration) {
	r.Items, r.Took = append(r.Items, made), append(r.Took, took)
}

// audits returns the audits from which metrics are made.
func (r result) audits() []metrics.Audit {
	var audits []metrics.Audit
	for i, item := range r.Items {
		audits = append(audits, metrics.Of(item, r.Took[i]))
	}
	for _, failure := range r.Failed {
		audits = append(audits, metrics.Audit{Cluster: failure.Name, Ended: true, Failed: true, Version: r.Version})
	}
	return audits
}

// object returns the result for programs.
func (r result) object() runtime.Object {
	if r.Several {
		return r.ReportList
	}
	return r.Items[0]
}

// demand returns an error about every requirement that the result does not meet,
// in the order of the clusters, with failures last.
func (r result) demand() error {
	if !r.Several {
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
