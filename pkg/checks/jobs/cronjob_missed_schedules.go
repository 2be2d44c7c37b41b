package jobs

import (
	"fmt"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CronJobMissedSchedules finds CronJobs whose times pass without a run.
var CronJobMissedSchedules = &audit.Check{
	ID: "cronjob-missed-schedules", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Title:   "CronJob missed its scheduled runs",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.Pods}},
	Judge:   cronJobs(cronJobMissedSchedules),
	Options: []audit.Option{missedTimes, missedGrace},
	Doc: audit.Doc{
		What: "A CronJob is not suspended, and 2 or more of its scheduled times have passed since its last run was " +
			"created, or since its own creation; the last of them at least a minute ago. Its timeZone is respected. " +
			"The message gives the likely cause if there is one: a run that is still active under concurrencyPolicy " +
			"Forbid, a startingDeadlineSeconds that is too short for the controller, or the last Warning about the " +
			"CronJob (for example TooManyMissedTimes).",
		Why: "A run that was never created leaves no Job, no pod and no log: nothing fails, so nothing alerts. A " +
			"hanging run under Forbid blocks all later ones: a backup that hung once can mean that there has been no " +
			"backup for months.",
		Fix: "If a run hangs, delete its Job, and give the CronJob's Jobs an activeDeadlineSeconds below the period, " +
			"so that no run blocks the next. If a quota or an admission webhook rejects the Job, the Warning says so. " +
			"Set startingDeadlineSeconds well above 10, because the controller checks only every 10 seconds, or omit " +
			"it.",
		Limitations: "The API does not record when a CronJob was resumed or got a new schedule: until its next run, " +
			"earlier times count as missed. If the controller manager is down, all CronJobs miss their times. A " +
			"schedule without a time zone is assumed to be in UTC. Warnings are kept for only an hour.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline",
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy",
		},
	},
}

var (
	missedTimes = audit.Int("times", 2, "how many scheduled times must have passed without a run")
	missedGrace = audit.Duration("grace", time.Minute, "how late a run may be")
)

func cronJobMissedSchedules(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	cron := w.CronJob
	since := cron.LastSchedule
	if since.IsZero() {
		since = w.Created
	}
	switch {
	case cron.Suspended || since.IsZero():
		return audit.NotApplicable()
	case cron.Unwritten:
		return audit.Unknown("a CronJob without a status does not show when it last ran")
	}
	schedule, err := parseSchedule(cron.Schedule, cron.TimeZone)
	if err != nil {
		return audit.Unknown(err.Error())
	}
	times := ticks(schedule, since, p.Now.Add(-missedGrace.In(p)))
	if len(times) < max(missedTimes.In(p), 1) {
		return audit.Faults()
	}
	facts := cronEvidence(w, times)
	if !cron.LastSchedule.IsZero() {
		facts["lastSchedule"] = api.Time(cron.LastSchedule)
	}
	last := "the last, " + p.Age(since) + " ago"
	if cron.LastSchedule.IsZero() {
		last = "its creation " + p.Age(since) + " ago"
	}
	why, fix := missedBecause(p, w)
	return audit.Faults(audit.Fault{
		Message:  fmt.Sprintf("%s passed without a run since %s%s", timesText(times), last, why),
		Evidence: facts, Since: times[0], Fix: fix,
	})
}

// warningsKept limits the age of a Warning: the API server keeps them for an
// hour, and a controller does not repeat one without a new reason.
const warningsKept = 24 * time.Hour

// controllerPeriod is the interval at which the controller looks at a CronJob.
const controllerPeriod = 10

// missedBecause returns the known cause, as the end of a message, and what to do
// about it.
func missedBecause(p *audit.Pass, w *inventory.Workload) (string, audit.Fix) {
	cron := w.CronJob
	switch {
	case cron.Active > 0 && cron.Concurrency == batchv1.ForbidConcurrent:
		return heldBy(p, w)
	case cron.StartingDeadline != nil && *cron.StartingDeadline < controllerPeriod:
		return fmt.Sprintf("; startingDeadlineSeconds %d is less than the %d s after which its controller looks again",
				*cron.StartingDeadline, controllerPeriod), remedy.Spec(w,
				"allow a late run more time to start", remedy.Fields{"startingDeadlineSeconds": 200})
	}
	fix := remedy.Describe(&w.Object, "read the Events of its controller, and check that the controller manager runs")
	if said := cause.Of(p, &w.Object, inventory.Making, warningsKept); said != nil {
		return "; last warning " + p.Age(said.Last) + " ago, " + cause.Text(said), fix
	}
	return "", fix
}

// heldBy says which run blocks all later ones under concurrencyPolicy Forbid, and
// whether it runs at all: a queue may hold it back, or its pods may wait.
func heldBy(p *audit.Pass, w *inventory.Workload) (string, audit.Fix) {
	const noOther = ", and concurrencyPolicy Forbid allows no other to start"
	at := slices.IndexFunc(w.Jobs, func(j *inventory.Job) bool { return !j.Finished() && !j.Deleting() })
	if at < 0 {
		return "; a run is active" + noOther, remedy.Describe(&w.Object, "check the progress of the active run")
	}
	run := w.Jobs[at]
	fix := remedy.Describe(&run.Object, "check what the run does, and delete it if it hangs")
	waiting, all := waitingPods(w, run)
	switch {
	case run.Suspended:
		fix.Advice = "find out what holds the run back: a queue must admit it, or somebody must resume it"
		return "; run " + run.Name + " has been suspended since " + p.Age(run.Created) + " ago" + noOther, fix
	case all:
		fix = remedy.DescribePod(waiting[0], "find out what the pod of the run waits for")
		return "; run " + run.Name + " of " + p.Age(run.Created) + " ago has not started, its pod is pending" + noOther, fix
	case notMade(w, run):
		text := "; run " + run.Name + " of " + p.Age(run.Created) + " ago has no pod"
		if said := cause.Of(p, &run.Object, inventory.Making, warningsKept); said != nil {
			text += ", " + cause.Text(said)
		}
		fix.Advice = "find out why no pod is created for the run"
		return text + noOther, fix
	case w.CronJob.Deadline == nil:
		fix = remedy.Spec(w, "delete the run if it hangs, and give each a deadline below the period",
			remedy.Fields{"jobTemplate": remedy.Fields{"spec": remedy.Fields{"activeDeadlineSeconds": "SECONDS"}}})
	}
	return "; run " + run.Name + " of " + p.Age(run.Created) + " ago is still active" + noOther, fix
}
