package jobs

import (
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CronJobOverlapping finds CronJobs whose runs are still active when the next one
// starts.
var CronJobOverlapping = &audit.Check{
	ID: "cronjob-overlapping", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Field: "concurrencyPolicy",
	Title: "CronJob runs overlap",
	Judge: cronJobs(cronJobOverlapping),
	Doc: audit.Doc{
		What: "A CronJob has concurrencyPolicy Allow, which is the default, and either more than one of its Jobs is " +
			"active now, or most of the successful runs that are kept, and at least 2, ended only after the next " +
			"scheduled time.",
		Why: "Two runs of the same program work on the same tables and files: orders are billed twice, or a backup " +
			"copies data while another run changes it. Each run also slows the others down, so that more of them " +
			"overlap: a CronJob that starts every minute can keep a slow database from recovering.",
		Fix: "Forbid skips a run while the previous one is active, which is right for nearly all work; Replace ends " +
			"the old one and starts the new one. With Forbid, also set activeDeadlineSeconds: otherwise a run that " +
			"hangs blocks all others. If a run usually takes longer than the period, make the period longer.",
		Limitations: "Only the runs that are kept, 3 by default, are compared with the schedule. Whether overlapping " +
			"runs do harm is not known: if they share the work, they do not. Jobs that were created by hand count as " +
			"well.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy",
		},
	},
}

func cronJobOverlapping(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.CronJob.Concurrency != batchv1.AllowConcurrent {
		return audit.Faults()
	}
	fault := audit.Fault{
		Evidence: api.Evidence{"schedule": w.CronJob.Schedule},
		Fix: remedy.Spec(w, "allow only one run at a time, and give each a deadline",
			remedy.Fields{"concurrencyPolicy": string(batchv1.ForbidConcurrent)}),
	}
	active, since := activeTogether(p, w)
	late, longest, of := runsPastNext(w)
	const usual = 2
	switch {
	case active > 1:
		fault.Message = fmt.Sprintf("%d of its Jobs are active at once, concurrencyPolicy Allow", active)
		fault.Evidence["activeJobs"], fault.Since = active, since
	case late >= usual && 2*late > of:
		fault.Message = fmt.Sprintf("%d of the last %d runs, up to %s long, lasted past the next scheduled time, concurrencyPolicy Allow",
			late, of, short(int64(longest.Seconds())))
		fault.Evidence["lateRuns"], fault.Evidence["runs"] = late, of
		fault.Evidence["longestSeconds"] = int(longest.Seconds())
	default:
		if reason := unread(p, w); reason != "" {
			return audit.Unknown(reason)
		}
		return audit.Faults()
	}
	return audit.Faults(fault)
}

// activeTogether counts the Jobs that the CronJob lists as active, and says since
// when there is more than one. The Jobs are read after it: those that have ended
// meanwhile do not count.
func activeTogether(p *audit.Pass, w *inventory.Workload) (int, time.Time) {
	if w.CronJob.Active <= 1 || !p.ReadIn(w.Namespace, inventory.Jobs) {
		return w.CronJob.Active, time.Time{}
	}
	active := 0
	var second time.Time
	for _, j := range w.Jobs {
		if j.Finished() || j.Ending || j.Suspended || j.Deleting() {
			continue
		}
		if active++; active == 2 {
			second = j.Created
		}
	}
	return min(active, w.CronJob.Active), second
}

// runsPastNext counts the kept successful runs that ended after the time at
// which the next was scheduled, and the longest of these.
func runsPastNext(w *inventory.Workload) (late int, longest time.Duration, of int) {
	schedule, err := parseSchedule(w.CronJob.Schedule, w.CronJob.TimeZone)
	if err != nil {
		return 0, 0, 0
	}
	for _, j := range w.Jobs {
		if j.Completed.IsZero() || j.Started.IsZero() {
			continue
		}
		of++
		if next := schedule.Next(j.Created.UTC()); !next.IsZero() && j.Completed.After(next) {
			late++
			longest = max(longest, j.Completed.Sub(j.Started))
		}
	}
	return late, longest, of
}
