package jobs

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// JobRetriesUnbounded finds Jobs that would fail for days before they give up.
var JobRetriesUnbounded = &audit.Check{
	ID: "job-retries-unbounded", Category: Category, Severity: report.High, Since: "v0.1.0",
	Title:   "A Job may fail almost without end",
	Judge:   audit.Jobs(jobRetriesUnbounded),
	Options: []audit.Option{manyRetries},
	Doc: audit.Doc{
		What: "A Job that has not ended, or the Jobs that a CronJob makes, have no activeDeadlineSeconds and a backoffLimit " +
			"over 20. With backoffLimitPerIndex: no maxFailedIndexes, and indexes enough for more than 20 failures. Not asked " +
			"of finished Jobs, nor of those that another controller runs (managedBy).",
		Why: "The limit is often raised while somebody looks for a fault, and stays. Then the one bad release makes pods that " +
			"fail, each of which pulls its image, takes quota, and perhaps does half of its work again, for days: back-off " +
			"grows to ten minutes and no further. The failure itself is only recorded when the last retry is used up, so no " +
			"alert on failed Jobs fires before.",
		Fix: "What fails three times mostly fails a fourth time: a backoffLimit of 3 to 6 is enough for a node that dies. " +
			"Use a podFailurePolicy to leave evictions out of the count instead of a high limit. Give Jobs with a limit per " +
			"index a maxFailedIndexes, and all of them an activeDeadlineSeconds.",
		Blind: "Failures that a pod failure policy ignores are bounded by a deadline alone, and are not judged here. That a " +
			"Job really fails is job-runaway's to say. A deadline passes however long it is.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index",
			"https://kubernetes.io/docs/tasks/job/pod-failure-policy/",
		},
	},
}

var manyRetries = audit.Int("retries", 20, "how many failures a Job without a deadline may bear")

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
			Fix: limit(w, "let it give up sooner, and set a deadline", fields),
		}
	})
}

// maxFailedIndexes lets a tenth of the indexes fail, as far as the API server
// takes it for any number of them.
func maxFailedIndexes(j *inventory.Job) int32 {
	if j.Completions == nil {
		return 1
	}
	const most = 10_000
	return min(max(*j.Completions/10, 1), most)
}
