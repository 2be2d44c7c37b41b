package jobs

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// JobWithoutDeadline finds Jobs that may run without end.
var JobWithoutDeadline = &audit.Check{
	ID: "job-without-deadline", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field: "activeDeadlineSeconds",
	Title: "Job has no activeDeadlineSeconds",
	Judge: audit.Over(audit.Jobs, jobWithoutDeadline),
	Doc: audit.Doc{
		What: "The Jobs that a CronJob creates have no activeDeadlineSeconds, and neither has their pod template. Low " +
			"for a Job that runs once and has not ended. Not judged: finished Jobs and those whose outcome is decided, " +
			"Helm hooks, for which Helm waits with a timeout of its own, and Jobs that another controller runs " +
			"(managedBy).",
		Why: "backoffLimit counts failures, but a program that hangs does not fail: it waits for a lock that is never " +
			"released, or on a connection without a timeout. The Job stays active for weeks, keeps its resources on a " +
			"node, and with concurrencyPolicy Forbid blocks all later runs of its CronJob. It looks busy, so nobody " +
			"checks it until somebody misses the work.",
		Fix: "Set activeDeadlineSeconds to about twice the longest successful run; the proposed value is twice the " +
			"longest of the runs that are kept. Stay below the period of the schedule if runs must not overlap. The " +
			"deadline counts from the start of the Job, over all retries. When it passes, the Job fails with " +
			"DeadlineExceeded and its pods are stopped; finished work remains.",
		Limitations: "A program may have a timeout of its own. A deadline on the pod template, which is accepted, " +
			"limits each pod, but not all retries together. Only the owners know how long the work may take.",
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
		severity := api.Medium
		if w.Kind == "Job" {
			severity = api.Low
		}
		return &audit.Fault{
			Severity: severity,
			Message:  "no activeDeadlineSeconds: a run that hangs never ends", Evidence: facts,
			Fix: limit(w, "limit it to twice the longest successful run", remedy.Fields{"activeDeadlineSeconds": seconds}),
		}
	})
}

func podsHaveDeadline(w *inventory.Workload) bool {
	return len(w.Templates) > 0 && w.Templates[0].Spec.ActiveDeadlineSeconds != nil
}

// longestRun returns how long the longest of the successful runs that are kept
// took, 0 without any.
func longestRun(w *inventory.Workload) time.Duration {
	var longest time.Duration
	for _, j := range w.Jobs {
		if !j.Completed.IsZero() && !j.Started.IsZero() {
			longest = max(longest, j.Completed.Sub(j.Started))
		}
	}
	return longest
}

// roundUp rounds a time up to whole minutes, in seconds, and to at least five of
// them: an image may have to be pulled.
func roundUp(d time.Duration) int64 {
	const least = 5
	return 60 * max(int64((d+time.Minute-1)/time.Minute), least)
}
