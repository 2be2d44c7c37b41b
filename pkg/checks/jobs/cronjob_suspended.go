package jobs

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CronJobSuspended points out CronJobs that are suspended.
var CronJobSuspended = &audit.Check{
	ID: "cronjob-suspended", Category: Category, Severity: api.Info, Since: "v0.1.0", Urgency: api.Later,
	Field: "suspend",
	Title: "CronJob is suspended",
	Judge: cronJobs(cronJobSuspended),
	Doc: audit.Doc{
		What: "suspend is true: the CronJob creates no runs. The message says when it last created one. This finding " +
			"is for information only and does not affect the score.",
		Why: "A CronJob is often suspended during an incident and never resumed: from then on there is, for example, " +
			"no backup, and nothing fails. In a list of CronJobs, it looks much like one that waits for its next run.",
		Fix: "Resume it if its work is needed. The controller then immediately creates one run for the last missed " +
			"time, unless that is longer ago than startingDeadlineSeconds. If the work is not needed, delete the " +
			"CronJob, or write into its manifest why it is suspended. A suspended CronJob that is only run by hand is " +
			"fine.",
		Limitations: "The API does not record when or why it was suspended. Jobs that are already running continue.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension",
		},
	},
}

func cronJobSuspended(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if !w.CronJob.Suspended {
		return audit.Faults()
	}
	fault := audit.Fault{
		Message:  "suspended; it has never created a run",
		Evidence: api.Evidence{"schedule": w.CronJob.Schedule},
		Fix:      remedy.Spec(w, "resume it, or delete it if nobody needs it", remedy.Fields{"suspend": false}),
	}
	if last := w.CronJob.LastSchedule; !last.IsZero() {
		fault.Message = "suspended; its last run was scheduled " + p.Age(last) + " ago"
		fault.Evidence["lastSchedule"] = api.Time(last)
	}
	return audit.Faults(fault)
}
