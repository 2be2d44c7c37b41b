package main

import (
	"errors"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// result is what a run of audits found.
type result struct {
	*report.ReportList
	// several clusters were asked for, be it that there is only one. Otherwise
	// the list holds one report, and no failure.
	several bool
}

func oneReport(r *report.Report) result {
	list := report.NewList()
	list.Items = append(list.Items, r)
	return result{ReportList: list}
}

// object is what programs read.
func (r result) object() runtime.Object {
	if r.several {
		return r.ReportList
	}
	return r.Items[0]
}

// demand returns an error that says all that the result does not satisfy, in the
// order of the clusters, failures last.
func (r result) demand(gate audit.Gate) error {
	if !r.several {
		return demand(gate, r.Items[0])
	}
	var unsatisfied clusterErrors
	for _, item := range r.Items {
		if err := demand(gate, item); err != nil {
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
