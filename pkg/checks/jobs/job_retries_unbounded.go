package jobs

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// JobRetriesUnbounded finds Jobs that would fail for days before they give up.
var JobRetriesUnbounded = &audit.Check{
	ID: "job-retries-unbounded", Category: Category, Severity: api.High, Since: "v0.1.0",
	Field:   "backoffLimit",
	Title:   "Job has a very high backoffLimit",
	Judge:   audit.Over(audit.Jobs, jobRetriesUnbounded),
	Options: []audit.Option{manyRetries},
	Doc: audit.Doc{
		What: "A Job that has not ended, or the Jobs that a CronJob creates, have no activeDeadlineSeconds and a " +
			"backoffLimit over 20. With backoffLimitPerIndex: no maxFailedIndexes, and enough indexes for more than 20 " +
			"failures. Finished Jobs are not judged, nor are those that another controller runs (managedBy).",
		Why: "The limit is often raised while somebody debugs the Job, and never lowered. A bad release then creates " +
			"failing pods for days: each pulls its image, uses quota, and may repeat half of its work, because the " +
			"back-off never exceeds ten minutes. The Job is marked as failed only when the last retry is used up, so " +
			"alerts on failed Jobs fire late.",
		Fix: "A Job that fails three times usually fails a fourth time: a backoffLimit of 3 to 6 is enough to survive " +
			"the loss of a node. Exclude evictions from the count with a podFailurePolicy instead of a high limit. Set " +
			"maxFailedIndexes on Jobs with a limit per index, and activeDeadlineSeconds on all of them.",
		Limitations: "Failures that a pod failure policy ignores are limited only by a deadline, and are not judged " +
			"here. Whether a Job really fails is reported by job-runaway. Any deadline is accepted, however long.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index",
			"https://kubernetes.io/docs/tasks/job/pod-failure-policy/",
		},
	},
}

var manyRetries = audit.Int("retries", 20, "how many failures a Job without a deadline may allow")

func jobRetriesUnbounded(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return judgeAhead(p, w, func(j *inventory.Job) *audit.Fault {
		if j.Deadline != nil || failuresAllowed(j) <= int64(manyRetries.In(p)) || j.PerIndex != nil && j.MaxFailedIndexes != nil {
			return nil
		}
		message, fields := bounds(j), remedy.Fields{"backoffLimit": 6}
		if j.PerIndex != nil {
			fields = remedy.Fields{"maxFailedIndexes": maxFailedIndexes(j)}
			if j.Completions != nil {
				message += fmt.Sprintf(": up to %d failures", failuresAllowed(j))
			}
		}
		if len(w.Templates) > 0 && w.Templates[0].Spec.RestartPolicy == corev1.RestartPolicyOnFailure {
			message += "; restarts in place count as retries"
		}
		return &audit.Fault{
			Message: message, Evidence: evidence(j),
			Fix: limit(w, "lower its limit and set a deadline", fields),
		}
	})
}

// maxFailedIndexes lets a tenth of the indexes fail, within what the API server
// accepts for any number of them.
func maxFailedIndexes(j *inventory.Job) int32 {
	if j.Completions == nil {
		return 1
	}
	const most = 10_000
	return min(max(*j.Completions/10, 1), most)
}
