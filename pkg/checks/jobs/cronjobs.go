package jobs

import (
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// cronJobs judges the workloads that are CronJobs.
func cronJobs(judge func(*audit.Pass, *inventory.Workload) audit.Verdict) audit.Judge {
	return audit.Over(audit.CronJobs, func(p *audit.Pass, w *inventory.Workload) audit.Verdict {
		if w.CronJob == nil {
			return audit.Unknown(unread(p, w))
		}
		return judge(p, w)
	})
}

// unreadRuns says that the active runs were not read, empty if they were or there
// are none.
func unreadRuns(p *audit.Pass, w *inventory.Workload) string {
	if w.CronJob.Active == 0 {
		return ""
	}
	return unread(p, w)
}

// lastFailed returns the latest failed run among those that are kept, nil if none
// failed since.
func lastFailed(w *inventory.Workload, since time.Time) *inventory.Job {
	var last *inventory.Job
	for _, j := range w.Jobs {
		if j.Failure != nil && j.Failure.At.After(since) && (last == nil || j.Failure.At.After(last.Failure.At)) {
			last = j
		}
	}
	return last
}

// repairFix leads to the cause of failing runs: the log of the last one, or that
// of a manual run.
func repairFix(w *inventory.Workload, since time.Time) audit.Fix {
	if last := lastFailed(w, since); last != nil {
		return failedFix(w, last)
	}
	if replaced(w, since) {
		return letItEnd(w)
	}
	return audit.Fix{
		Advice:  "run it by hand and read its log",
		Command: audit.Kubectl("create", "job").In(w.Namespace).On(w.Name+"-by-hand").Flag("--from=", "cronjob/"+w.Name),
	}
}

// replaced reports whether each run is ended by the next one: none has failed,
// and the active one is about to be ended as well.
func replaced(w *inventory.Workload, since time.Time) bool {
	return w.CronJob.Concurrency == batchv1.ReplaceConcurrent && w.CronJob.KeepsFailed && failedSince(w, since) == 0 &&
		slices.ContainsFunc(w.Jobs, func(j *inventory.Job) bool { return !j.Finished() })
}

func letItEnd(w *inventory.Workload) audit.Fix {
	return remedy.Spec(w, "let each run end before the next one begins, or give it a schedule with enough time",
		remedy.Fields{"concurrencyPolicy": "Forbid"})
}

// lastFailureText ends a message about failing runs.
func lastFailureText(p *audit.Pass, w *inventory.Workload, since time.Time) string {
	if last := lastFailed(w, since); last != nil {
		return "; the last failed " + p.Age(last.Failure.At) + " ago, " + failureText(last)
	}
	if replaced(w, since) {
		return "; each run is replaced by the next one before it ends"
	}
	return ""
}
