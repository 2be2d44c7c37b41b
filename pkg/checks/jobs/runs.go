package jobs

import (
	"cmp"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// unread says which part of what a workload runs was not read, empty if none
// is missing. A Job of its own is all that there is to it.
func unread(p *audit.Pass, w *inventory.Workload) string {
	why := p.WhyUnread(w.Namespace, inventory.Jobs)
	switch {
	case w.Kind == "Job":
		return ""
	case why != "":
		return why
	case w.Kind == "CronJob" && w.CronJob == nil:
		return cmp.Or(w.Existence.Why, "the CronJob itself was not read")
	}
	return ""
}

// lastSuccess is when a run of the workload last succeeded, zero if none is
// known to have. A CronJob knows it for ever, but is read before its Jobs.
func lastSuccess(w *inventory.Workload) time.Time {
	var last time.Time
	if w.CronJob != nil {
		last = w.CronJob.LastSuccess
	}
	for _, j := range w.Jobs {
		if j.Completed.After(last) {
			last = j.Completed
		}
	}
	return last
}
