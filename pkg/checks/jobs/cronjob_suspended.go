package jobs

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// CronJobSuspended points out CronJobs that are switched off.
var CronJobSuspended = &audit.Check{
	ID: "cronjob-suspended", Category: Category, Severity: report.Info, Since: "v0.1.0", Urgency: report.Later,
	Title: "A CronJob is suspended",
	Judge: cronJobs(cronJobSuspended),
	Doc: audit.Doc{
		What: "The CronJob's suspend is true: it makes no runs. The message says when it last made one. For information only: " +
			"it weighs nothing.",
		Why: "Somebody suspends a CronJob in the middle of an incident, and nobody resumes it: from then on there is no backup, " +
			"and nothing fails. In a list of CronJobs one that is suspended looks much like one that waits for its time.",
		Fix: "Resume it if its work is needed. The controller then makes one run at once for the last time that was missed, if " +
			"that is no longer ago than startingDeadlineSeconds. Delete it if it is not, or say in its manifest who waits for " +
			"what; a suspended CronJob that is only run by hand is fine.",
		Blind: "Since when it is suspended, and why, is not in the API. Jobs that it made before go on.",
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
		Message:  "suspended; it has never made a run",
		Evidence: report.Evidence{"schedule": w.CronJob.Schedule},
		Fix:      remedy.Spec(w, "resume it, or delete it if nobody needs it", remedy.Fields{"suspend": false}),
	}
	if last := w.CronJob.LastSchedule; !last.IsZero() {
		fault.Message = "suspended; its last run was scheduled " + p.Age(last) + " ago"
		fault.Evidence["lastSchedule"] = last.UTC().Format(time.RFC3339)
	}
	return audit.Faults(fault)
}
