package jobs

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// JobWithoutDeadline finds Jobs that may run for ever.
var JobWithoutDeadline = &audit.Check{
	ID: "job-without-deadline", Category: Category, Severity: report.Medium, Since: "v0.1.0",
	Title: "A Job may hang for ever",
	Judge: audit.Jobs(jobWithoutDeadline),
	Doc: audit.Doc{
		What: "The Jobs that a CronJob makes have no activeDeadlineSeconds, and neither has their pod template. Low for a Job " +
			"that runs once and has not ended. Not asked of finished Jobs and those whose outcome is decided, of Helm hooks, for " +
			"which Helm waits with a timeout of its own, nor of those that another controller runs (managedBy).",
		Why: "backoffLimit counts failures, and what hangs does not fail: a lock that nobody gives back, a connection " +
			"without a timeout. The Job stays active for weeks, holds its share of a node, and with concurrencyPolicy " +
			"Forbid keeps away all later runs of its CronJob. It looks busy, so nobody looks at it until the work is missed.",
		Fix: "Set activeDeadlineSeconds to about twice the longest that a good run has ever taken; the proposed value is " +
			"twice the longest of the runs that are kept. Stay below the period of the schedule where runs must not overlap. " +
			"The deadline counts from the start of the Job, over all retries, and what is over ends as failed with " +
			"DeadlineExceeded: Job and pods are ended, finished work stays.",
		Blind: "A program may have a timeout of its own. A deadline on the pod template, which passes, bounds each pod and " +
			"not the sum of the retries. How long the work may take only its owners know.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
		},
	},
}

func jobWithoutDeadline(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return judgeAhead(p, w, func(j *inventory.Job) *audit.Fault {
		if j.Deadline != nil || j.Hook || podsHaveDeadline(w) {
			return nil
		}
		facts := evidence(j)
		var seconds any = "SECONDS"
		longest := longestRun(w)
		if longest > 0 {
			seconds = roundUp(2 * longest)
			facts["longestRunSeconds"] = int(longest.Seconds())
		}
		severity := report.Medium
		if w.Kind == "Job" {
			severity = report.Low
		}
		return &audit.Fault{
			Severity: severity,
			Message:  "no activeDeadlineSeconds: a run that hangs never ends", Evidence: facts,
			Fix: limit(w, "bound it by twice the longest good run", remedy.Fields{"activeDeadlineSeconds": seconds}),
		}
	})
}

func podsHaveDeadline(w *inventory.Workload) bool {
	return len(w.Templates) > 0 && w.Templates[0].Spec.ActiveDeadlineSeconds != nil
}

// longestRun is the time that the longest of the successful runs took that are
// kept, 0 without any.
func longestRun(w *inventory.Workload) time.Duration {
	var longest time.Duration
	for _, j := range w.Jobs {
		if !j.Completed.IsZero() && !j.Started.IsZero() {
			longest = max(longest, j.Completed.Sub(j.Started))
		}
	}
	return longest
}

// roundUp makes whole minutes of a time, in seconds, and at least five of them:
// an image may have to be pulled.
func roundUp(d time.Duration) int64 {
	const least = 5
	return 60 * max(int64((d+time.Minute-1)/time.Minute), least)
}
