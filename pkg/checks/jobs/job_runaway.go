package jobs

import (
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// JobRunaway finds Jobs and CronJobs that fail again and again without end.
var JobRunaway = &audit.Check{
	ID: "job-runaway", Category: Category, Severity: api.Critical, Since: "v0.1.0", Live: true,
	Title: "Job keeps failing without end",
	// Failed pods show failures that a pod failure policy leaves uncounted.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Pods}},
	Explains: []string{"cronjob-failing", "cronjob-never-succeeded", "job-failed", "cronjob-overlapping"},
	Judge:    audit.Over(audit.Jobs, jobRunaway),
	Options:  []audit.Option{runawayTimes, runawayPeriod, manyActive, seriesJobs},
	Doc: audit.Doc{
		What: "One of four situations. (a) A running Job without activeDeadlineSeconds has more than 6 failed pods " +
			"(where the default backoffLimit ends a Job), more than three times as many as succeeded, and at least 10 " +
			"retries left; or its pod failure policy ignores that many failures, as its failed pods show. (b) A " +
			"running Job has at least 12 failed pods, more than succeeded, and more than 12 per hour: faster than the " +
			"back-off allows for one pod at a time. (c) A CronJob had no success at 10 or more scheduled times in a " +
			"row, 15 minutes apart or less; or, with concurrencyPolicy Allow, it has 3 or more active Jobs and three " +
			"whole periods of its schedule have passed without a success. (d) 10 or more Jobs of one owner, or of one " +
			"pod template in a namespace, were created within one hour and failed in the last 24 hours, and they " +
			"outnumber those that succeeded.",
		Why: "Nobody waits for a Job, so nobody sees it fail. Each retry pulls its image, uses CPU, memory and quota, " +
			"opens connections, and may repeat half of its work. Finished pods accumulate, and thousands of them slow " +
			"the API server down. A CronJob hides this best: every run starts with fresh retries, and by default only " +
			"one failed Job is kept, so a year of failures looks like one.",
		Fix: "Stop it first: suspending a Job deletes its running pods and keeps the Job; suspending a CronJob " +
			"prevents the next run but does not stop active ones. Read the log of a failed pod. Then set limits, which " +
			"a running Job accepts: backoffLimit, the number of failures worth a retry (few: a Job that fails three " +
			"times usually fails a fourth time), and activeDeadlineSeconds, twice the longest successful run. The " +
			"deadline counts from the start of the Job, so one that has already passed ends the Job immediately. Set " +
			"maxFailedIndexes on indexed Jobs, and a concurrencyPolicy other than Allow on CronJobs.",
		Limitations: "Failures that a pod failure policy ignores are known only from the failed pods that are kept, " +
			"without those of disruptions. In-place restarts (restartPolicy OnFailure) are not counted. A Job whose " +
			"outcome is decided (SuccessCriteriaMet, FailureTarget) is not judged. Evicted and deleted pods count as " +
			"failed. The API records the last success of a CronJob, not its runs: times at which it was suspended or " +
			"had another schedule count as well, unless all its runs since are still active. A schedule that cannot be " +
			"parsed is not judged by (c), and one without a time zone is assumed to be in UTC. Failed Jobs that were " +
			"deleted are not detected. Retries of Jobs that another controller runs (managedBy) are not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
		},
	},
}

func jobRunaway(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	// The more specific rule reports: a Job that never ends also keeps its
	// CronJob from succeeding.
	for _, rule := range []func(*audit.Pass, *inventory.Workload) *audit.Fault{
		runawayJob, runawayCronJob, runawaySeries,
	} {
		if fault := rule(p, w); fault != nil {
			addObserved(p, w, fault)
			return audit.Faults(*fault)
		}
	}
	if reason := unread(p, w); reason != "" {
		return audit.Unknown(reason)
	}
	if (w.CronJob == nil || w.CronJob.Suspended) && !slices.ContainsFunc(w.Jobs, func(j *inventory.Job) bool {
		return retrying(j) || j.Failure != nil
	}) {
		return audit.NotApplicable()
	}
	return audit.Faults()
}

// retrying reports whether failed pods of the Job are replaced, by the rules of
// the built-in controller.
func retrying(j *inventory.Job) bool {
	return j.Foreign == "" && !j.Started.IsZero() && !j.Suspended && !j.Deleting() &&
		!j.Ending && !j.Finished() && int64(j.Failed) <= failuresAllowed(j)
}

// Failures above these limits are many to rule a.
const defaultBackoffLimit, perSuccess, furtherFailures = 6, 3, 10

// retriesWithoutEnd is rule a.
func retriesWithoutEnd(j *inventory.Job) bool {
	failed := int64(j.Failed)
	return retrying(j) && j.Deadline == nil &&
		failed > defaultBackoffLimit && failed > perSuccess*int64(j.Succeeded) &&
		failed+furtherFailures <= failuresAllowed(j)
}

// ignoredWithoutEnd is rule a for failures that a pod failure policy leaves
// uncounted, so that no number of them ends the Job.
func ignoredWithoutEnd(w *inventory.Workload, j *inventory.Job) bool {
	ignored := int64(ignoredFailures(w, j))
	return retrying(j) && j.Deadline == nil && ignored > defaultBackoffLimit && ignored > perSuccess*int64(j.Succeeded)
}

// failsTooFast is rule b. Back-off lets a Job of one pod at a time fail 11
// times in its first hour and 6 times in each further one.
func failsTooFast(j *inventory.Job, failed int32, now time.Time) bool {
	const serial = 12
	return retrying(j) && failed >= serial && failed > j.Succeeded &&
		float64(failed) > serial*now.Sub(countingSince(j)).Hours()
}

// countingSince returns the latest time from which the Job's counters can count.
func countingSince(j *inventory.Job) time.Time {
	if j.Resumed {
		return j.Created
	}
	return j.Started
}

// ignoredRetries ends a message about the failed pods of a Job whose failure
// policy leaves some of them uncounted.
const ignoredRetries = "; retries ignored by policy are not counted"

// runawayJob judges the Jobs one by one, and reports the worst.
func runawayJob(p *audit.Pass, w *inventory.Workload) *audit.Fault {
	var worst *inventory.Job
	count, most := 0, int32(0)
	for _, j := range w.Jobs {
		failed := j.Failed + ignoredFailures(w, j)
		if retriesWithoutEnd(j) || failsTooFast(j, failed, p.Now) || ignoredWithoutEnd(w, j) {
			count++
			if worst == nil || failed > most {
				worst, most = j, failed
			}
		}
	}
	if worst == nil {
		return nil
	}
	since := countingSince(worst)
	rate := perHour(int(most), p.Now.Sub(since))
	message := fmt.Sprintf("%d pods failed in %s%s, %d succeeded; ",
		most, p.Age(since), rateText(rate, p.Now.Sub(since)), worst.Succeeded)
	switch ignored := ignoredFailures(w, worst); {
	case ignored > 0:
		message = "at least " + message + fmt.Sprintf("its pod failure policy ignores %d of them; %s", ignored, bounds(worst))
	case retriesWithoutEnd(worst):
		message += "no limit will stop it soon: " + bounds(worst)
	default:
		message += "bounded only by " + bounds(worst)
	}
	if worst.IgnoresFailures && most == worst.Failed {
		message += ignoredRetries
	}
	advice := "suspend it now, then set a low backoffLimit and activeDeadlineSeconds"
	if ignoredFailures(w, worst) > 0 {
		advice = "suspend it now, then set activeDeadlineSeconds, or let its pod failure policy count these failures"
	}
	if w.Kind == "CronJob" {
		advice += " in its CronJob"
	}
	facts := evidence(worst)
	facts["failed"], facts["failedPerHour"] = int(most), rate
	if w.Kind != "Job" {
		message = "Job " + worst.Name + ": " + message
		facts["job"], facts["jobs"] = worst.Name, count
	}
	if count > 1 {
		message = fmt.Sprintf("%d Jobs, the worst is ", count) + message
	}
	return &audit.Fault{Message: message, Pods: failedByThemselves(w, worst), Evidence: facts, Since: since,
		Fix: remedy.Object(&worst.Object, advice, remedy.Fields{"suspend": true})}
}
