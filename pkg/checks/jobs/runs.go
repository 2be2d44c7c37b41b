package jobs

import (
	"cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// unread says which part of what a workload runs was not read, empty if none is
// missing. A Job without an owner has no other part.
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
