package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// result adds to what a run of audits found how the command ends.
type result struct {
	printers.Found
	// shelf has the reports, if there are several.
	shelf *shelf
	// unmet are the requirements that reports do not meet.
	unmet clusterErrors
	// notices are messages for people.
	notices []string
	// failed lists what failed after an audit.
	failed failures
}

// audited contains the facts of a report that stay in memory.
type audited struct {
	printers.Item
	unmet  error
	notice string
	failed failures
}

// marker compares a report with earlier ones.
type marker func(*api.Report) failures

// unmarked leaves reports as they are.
func unmarked(*api.Report) failures { return nil }

// of marks a report, which is complete then.
func (mark marker) of(r *api.Report, took time.Duration) audited {
	failed := mark(r)
	return audited{printers.ItemOf(r, took), demand(r), noticeOf(r), failed}
}

func oneReport(r *api.Report, took time.Duration, mark marker) result {
	var found result
	found.add(mark.of(r, took))
	return found
}

func (r *result) add(one audited) {
	r.Items = append(r.Items, one.Item)
	r.failed = append(r.failed, one.failed...)
	if one.unmet != nil {
		r.unmet = append(r.unmet, clusterError{one.Name, one.unmet})
	}
	if one.notice != "" {
		if r.Several {
			one.notice = one.Name + ": " + one.notice
		}
		r.notices = append(r.notices, one.notice)
	}
}

// fail adds a cluster that could not be audited.
func (r *result) fail(name string, err error) {
	r.Failed = append(r.Failed, api.NewFailure(name, reasonOf(err)))
}

// eachReport reads the reports one after the other, and returns what failed.
func (r result) eachReport(visit func(*api.Report) error) (failed failures) {
	for _, item := range r.Items {
		report, err := item.Report()
		if err == nil {
			err = visit(report)
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}

// eachAudit visits the audits from which metrics are made.
func (r result) eachAudit(visit func(metrics.Audit) error) error {
	for _, item := range r.Items {
		report, err := item.Report()
		if err != nil {
			return err
		}
		audit := metrics.Of(report, item.Took)
		audit.Clusters = len(r.Items)
		if err := visit(audit); err != nil {
			return err
		}
	}
	for _, failure := range r.Failed {
		if err := visit(metrics.Audit{Cluster: failure.Name, Ended: true, Failed: true, Version: r.Version}); err != nil {
			return err
		}
	}
	return nil
}

// demand returns an error about every requirement that the result does not meet,
// in the order of the clusters, with failures last.
func (r result) demand() error {
	if !r.Several {
		if len(r.unmet) == 0 {
			return nil
		}
		return r.unmet[0].err
	}
	unmet := r.unmet
	for _, failure := range r.Failed {
		unmet = append(unmet, clusterError{failure.Name, errors.New("not audited: " + failure.Reason)})
	}
	if len(unmet) == 0 {
		return nil
	}
	return unmet
}

// noticeOf is kubectl's message if it is certain that there is nothing to audit.
func noticeOf(r *api.Report) string {
	subjects := r.Summary.Subjects
	if subjects.Workloads+subjects.Services+len(r.Incomplete)+len(r.Scope.Objects) > 0 {
		return ""
	}
	switch namespaces := r.Scope.Namespaces; len(namespaces) {
	case 0:
	case 1:
		return fmt.Sprintf("No resources found in %s namespace.", namespaces[0])
	default:
		return fmt.Sprintf("No resources found in the namespaces %s.", strings.Join(namespaces, ", "))
	}
	return "No resources found"
}
