package jobs

import (
	"fmt"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// runawayCronJob is rule c of job-runaway: the runs of a CronJob keep failing, or
// pile up. It is based on the schedule, because the Jobs that are kept show
// little: by default one that failed.
func runawayCronJob(p *audit.Pass, w *inventory.Workload) *audit.Fault {
	cron := w.CronJob
	if cron == nil || cron.Suspended {
		return nil
	}
	since := w.LastSuccess()
	if since.IsZero() {
		if cron.SuccessUnrecorded {
			return nil
		}
		since = w.Created
	}
	schedule, err := parseSchedule(cron.Schedule, cron.TimeZone)
	if err != nil || since.IsZero() {
		return nil
	}
	if times := ticks(schedule, since, cron.LastSchedule); inQuickSuccession(times, runawayTimes.In(p), runawayPeriod.In(p)) && !undecided(w, since) {
		return neverSucceeds(p, w, since, times)
	}
	active, _ := activeTogether(p, w)
	if cron.Concurrency != batchv1.AllowConcurrent || active < manyActive.In(p) {
		return nil
	}
	if times := ticks(schedule, since, p.Now); len(times) > wholePeriods {
		return pilesUp(p, w, active, times)
	}
	return nil
}

var (
	runawayTimes  = audit.Int("times", 10, "number of scheduled times in a row without a success that makes a CronJob a runaway")
	runawayPeriod = audit.Duration("period", 15*time.Minute, "how far apart these times may be, on average")
	manyActive    = audit.Int("active", 3, "number of active Jobs of a CronJob at which they count as piling up")
)

// wholePeriods is the time within which one of the Jobs that are active at once
// must succeed.
const wholePeriods = 3

// inQuickSuccession reports whether so many of the times are close together. A
// schedule may be irregular and have no period, so its times are compared.
func inQuickSuccession(times []time.Time, many int, period time.Duration) bool {
	last := min(max(many, 1), maxTicks) - 1
	for i := 0; i+last < len(times); i++ {
		if times[i+last].Sub(times[i]) <= time.Duration(last)*period {
			return true
		}
	}
	return false
}

// undecided reports whether the runs since the last success are all still active.
// After a pause, or with a new schedule, this is a CronJob whose first run has
// just begun, although many scheduled times have passed. If failed Jobs are
// deleted, or each run ends the one before, their absence means nothing.
func undecided(w *inventory.Workload, since time.Time) bool {
	if !w.CronJob.KeepsFailed || w.CronJob.Concurrency == batchv1.ReplaceConcurrent {
		return false
	}
	going := slices.ContainsFunc(w.Jobs, func(j *inventory.Job) bool { return !j.Finished() })
	return going && failedSince(w, since) == 0
}

func neverSucceeds(p *audit.Pass, w *inventory.Workload, since time.Time, times []time.Time) *audit.Fault {
	rate := rounded(float64(len(times)-1) / times[len(times)-1].Sub(times[0]).Hours())
	facts := cronEvidence(w, times)
	facts["scheduledPerHour"] = rate
	kept := "its Jobs were not read"
	if p.ReadIn(w.Namespace, inventory.Jobs) {
		failed := failedSince(w, since)
		kept = fmt.Sprintf("failed Jobs kept: %d", failed)
		facts["failedJobs"] = failed
	}
	fault := &audit.Fault{
		Message: fmt.Sprintf("no success at %s (%v/h) %s; %s; each run restarts from scratch: %s",
			timesText(times), rate, sinceText(p, w), kept, cronBounds(w.CronJob)),
		Evidence: facts, Since: times[0],
		Fix: remedy.Spec(w, "suspend it now, and resume it when a manual run succeeds", remedy.Fields{"suspend": true}),
	}
	if replaced(w, since) {
		fault.Message = fmt.Sprintf("no success at %s (%v/h) %s: each run is replaced by the next one before it ends",
			timesText(times), rate, sinceText(p, w))
		fault.Fix = letItEnd(w)
	}
	return fault
}

func pilesUp(p *audit.Pass, w *inventory.Workload, active int, times []time.Time) *audit.Fault {
	facts := cronEvidence(w, times)
	facts["activeJobs"] = active
	pods := "its Jobs were not read"
	if p.ReadIn(w.Namespace, inventory.Jobs) {
		failed, succeeded, longest := podsOfActive(w, p.Now)
		rate := perHour(failed, longest)
		pods = fmt.Sprintf("their pods: %d failed%s, %d succeeded", failed, rateText(rate, longest), succeeded)
		facts["failed"], facts["succeeded"], facts["failedPerHour"] = failed, succeeded, rate
	}
	bounds := cronBounds(w.CronJob)
	if slices.ContainsFunc(w.Jobs, func(j *inventory.Job) bool { return j.IgnoresFailures }) {
		bounds += ignoredRetries
	}
	return &audit.Fault{
		Message: fmt.Sprintf("%d Jobs active at once, no success at %s %s; %s; each run restarts from scratch: %s",
			active, timesText(times), sinceText(p, w), pods, bounds),
		Evidence: facts, Since: times[0],
		Fix: remedy.Spec(w, "suspend it, delete the Jobs that hang, and allow only one run at a time",
			remedy.Fields{"suspend": true, "concurrencyPolicy": "Forbid"}),
	}
}

func cronEvidence(w *inventory.Workload, times []time.Time) api.Evidence {
	facts := api.Evidence{
		"schedule": w.CronJob.Schedule, "scheduledTimes": len(times), "backoffLimit": int(w.CronJob.BackoffLimit),
	}
	if last := w.LastSuccess(); !last.IsZero() {
		facts["lastSuccess"] = api.Time(last)
	}
	if w.CronJob.Deadline != nil {
		facts["deadlineSeconds"] = int(*w.CronJob.Deadline)
	}
	return facts
}

func cronBounds(c *inventory.CronJob) string { return bounds(nextRun(c)) }

func sinceText(p *audit.Pass, w *inventory.Workload) string {
	if last := w.LastSuccess(); !last.IsZero() {
		return "since " + p.Age(last) + " ago"
	}
	return "since its creation " + p.Age(w.Created) + " ago"
}

func timesText(times []time.Time) string {
	if len(times) == maxTicks {
		return fmt.Sprintf("%d or more scheduled times", maxTicks)
	}
	return fmt.Sprintf("%d scheduled times", len(times))
}

// failedSince counts the failed Jobs that still exist.
func failedSince(w *inventory.Workload, since time.Time) int {
	failed := 0
	for _, j := range w.Jobs {
		if j.Failure != nil && j.Failure.At.After(since) {
			failed++
		}
	}
	return failed
}

// podsOfActive counts the pods of the active Jobs, and says how long the longest
// has been active.
func podsOfActive(w *inventory.Workload, now time.Time) (failed, succeeded int, longest time.Duration) {
	for _, j := range w.Jobs {
		if !j.Finished() && !j.Deleting() {
			failed += int(j.Failed)
			succeeded += int(j.Succeeded)
			longest = max(longest, now.Sub(countingSince(j)))
		}
	}
	return failed, succeeded, longest
}
