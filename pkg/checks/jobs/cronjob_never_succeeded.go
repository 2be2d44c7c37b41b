package jobs

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CronJobNeverSucceeded finds CronJobs that have run but never succeeded.
var CronJobNeverSucceeded = &audit.Check{
	ID: "cronjob-never-succeeded", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	// The pods of the last failed run say why.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Pods}},
	Title:    "CronJob has never run successfully",
	Explains: []string{"job-failed"},
	Judge:    cronJobs(cronJobNeverSucceeded),
	Options:  []audit.Option{neverTimes},
	Doc: audit.Doc{
		What: "A CronJob that is not suspended has created runs, 2 or more of its scheduled times have passed since it " +
			"was created, and it has no lastSuccessfulTime. It is not judged while all of its runs are still active.",
		Why: "It has been broken since the day on which it was deployed: a wrong image, a missing permission, a bucket " +
			"that was never created. The manifest promises a nightly backup, for example, and everybody believes in it " +
			"until they have to restore one.",
		Fix: "Read the log of the last failed run, fix the cause, and run it by hand until it succeeds. Make a manual " +
			"run part of every deployment of a CronJob: its first scheduled run may be a month away. Delete the " +
			"CronJob if nobody has missed it.",
		Limitations: "If a CronJob was deleted and created again, its earlier successes are not known. With a " +
			"ttlSecondsAfterFinished of 0, a run may be deleted before the controller records its success. Scheduled " +
			"times at which it was suspended, or had another schedule, count as well.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
			"https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/#CronJobStatus",
		},
	},
}

var neverTimes = audit.Int("times", 2, "how many scheduled times must have passed since its creation")

func cronJobNeverSucceeded(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	cron := w.CronJob
	switch {
	case cron.Suspended || cron.LastSchedule.IsZero() || w.Created.IsZero():
		return audit.NotApplicable()
	case !w.LastSuccess().IsZero():
		return audit.Faults()
	case cron.SuccessUnrecorded:
		return audit.Unknown("servers before 1.21 do not record when a CronJob succeeds")
	}
	schedule, err := parseSchedule(cron.Schedule, cron.TimeZone)
	if err != nil {
		return audit.Unknown(err.Error())
	}
	times := ticks(schedule, w.Created, p.Now)
	if len(times) < max(neverTimes.In(p), 1) || undecided(w, w.Created) {
		return audit.Faults()
	}
	if reason := unreadRuns(p, w); reason != "" {
		return audit.Unknown(reason)
	}
	return audit.Faults(audit.Fault{
		Message: fmt.Sprintf("no run has ever succeeded: %s since its creation %s ago%s",
			timesText(times), p.Age(w.Created), lastFailureText(p, w, w.Created)),
		Evidence: cronEvidence(w, times), Since: w.Created, Fix: repairFix(w, w.Created),
	})
}
