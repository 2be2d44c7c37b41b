package jobs

import (
	"fmt"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CronJobFailing finds CronJobs whose runs used to succeed and no longer do.
var CronJobFailing = &audit.Check{
	ID: "cronjob-failing", Category: Category, Severity: api.High, Worst: api.Critical, Since: "v0.1.0", Live: true,
	// The pods of the last failed run say why.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Pods}},
	Title:    "CronJob runs keep failing",
	Explains: []string{"cronjob-never-succeeded", "job-failed"},
	Judge:    cronJobs(cronJobFailing),
	Options:  []audit.Option{failingTimes, failingManyTimes, failingPeriod},
	Doc: audit.Doc{
		What: "A CronJob that is not suspended and has succeeded before did not succeed at 3 or more scheduled times: " +
			"all those between its last success and its last run. Critical from 10 times that are 15 minutes apart or " +
			"less. It is not judged while all runs since the last success are still active.",
		Why: "The next run makes up for a single failure, but three failures in a row are not a coincidence. It is " +
			"easy to miss: the CronJob creates a Job at each scheduled time, and only one failed Job is kept, so a " +
			"week of failures looks like one. Meanwhile backups are missing, certificates expire, and tables that are " +
			"no longer cleaned fill the disk.",
		Fix: "Read the log of the last failed run, fix the cause, and run it by hand until it succeeds. Then check " +
			"what was missed: a CronJob does not run it later. Alert on the age of the last success rather than on " +
			"failures, which come in many forms.",
		Limitations: "The API records when a CronJob last succeeded and when it last created a run, but not the runs " +
			"in between: times at which it was suspended, or had another schedule, count as well. A CronJob that has " +
			"never succeeded is left to cronjob-never-succeeded. A run that ends with exit code 0 without having done " +
			"its work counts as a success. A schedule without a time zone is assumed to be in UTC.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
		},
	},
}

var (
	failingTimes     = audit.Int("times", 3, "how many scheduled times without a success make a finding")
	failingManyTimes = audit.Int("critical-times", 10, "how many of them in a row are critical if they are close together")
	failingPeriod    = audit.Duration("critical-period", 15*time.Minute, "how far apart those may be, on average")
)

func cronJobFailing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	since := w.LastSuccess()
	if w.CronJob.Suspended || since.IsZero() {
		return audit.NotApplicable()
	}
	schedule, err := parseSchedule(w.CronJob.Schedule, w.CronJob.TimeZone)
	if err != nil {
		return audit.Unknown(err.Error())
	}
	times := ticks(schedule, since, w.CronJob.LastSchedule)
	if len(times) == 0 || len(times) < failingTimes.In(p) || undecided(w, since) {
		return audit.Faults()
	}
	if reason := unreadRuns(p, w); reason != "" {
		return audit.Unknown(reason)
	}
	fault := audit.Fault{
		Message:  fmt.Sprintf("no success at %s, since %s ago%s", timesText(times), p.Age(since), lastFailureText(p, w, since)),
		Evidence: cronEvidence(w, times), Since: times[0], Fix: repairFix(w, since),
	}
	if inQuickSuccession(times, failingManyTimes.In(p), failingPeriod.In(p)) {
		fault.Severity = api.Critical
	}
	return audit.Faults(fault)
}
