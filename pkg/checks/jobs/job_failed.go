package jobs

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// JobFailed finds Jobs that have failed for good, without a later success.
var JobFailed = &audit.Check{
	ID: "job-failed", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title: "Job failed (BackoffLimitExceeded, DeadlineExceeded)",
	// The log of a failed pod says why.
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Pods}},
	Judge:   audit.Over(audit.Jobs, jobFailed),
	Options: []audit.Option{failedRecent},
	Doc: audit.Doc{
		What: "A Job failed within the last 24 hours (condition Failed), and no other Job of the same CronJob or owner " +
			"has succeeded since.",
		Why: "Kubernetes does not retry a failed Job. The backup, migration or billing run did not happen, and no " +
			"running pod shows it. Often it is noticed only when somebody needs the result.",
		Fix: "Start with the reason. BackoffLimitExceeded: read the log of a failed pod. DeadlineExceeded: find out " +
			"whether the Job hung or had more to do than before; raise the deadline only if it had more to do. " +
			"PodFailurePolicy: the policy marks this exit code as not worth a retry. FailedIndexes and " +
			"MaxFailedIndexesExceeded: status.failedIndexes lists what has to be done again. Then run the Job once by " +
			"hand, under a new name: a failed Job cannot continue.",
		Limitations: "A Job that was deleted, for example by ttlSecondsAfterFinished, is not detected. By default a " +
			"CronJob keeps only its last failed Job. If a Job has no owner, a manual run under another name does not " +
			"count as a later success. With restartPolicy OnFailure the pods, and their logs, are deleted with the " +
			"last retry. How important the work was is not known.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures",
			"https://kubernetes.io/docs/tasks/job/pod-failure-policy/",
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
		},
	},
}

var failedRecent = audit.Duration("recent", 24*time.Hour, "how recent a failure must be to count")

func jobFailed(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	failed := failedForGood(p, w)
	// A CronJob records its last success itself; for other owners, a success may
	// be among the Jobs that were not read.
	if reason := unread(p, w); reason != "" && (len(failed) == 0 || w.CronJob == nil) {
		return audit.Unknown(reason)
	}
	if len(failed) > 0 {
		return audit.Faults(failedFault(p, w, failed))
	}
	if w.LastSuccess().IsZero() && !slices.ContainsFunc(w.Jobs, (*inventory.Job).Finished) {
		return audit.NotApplicable()
	}
	return audit.Faults()
}

// failedForGood returns the Jobs that failed lately and that no run has made up
// for: one that succeeded after them, or was created after them and succeeded.
func failedForGood(p *audit.Pass, w *inventory.Workload) []*inventory.Job {
	success := w.LastSuccess()
	var failed []*inventory.Job
	for _, j := range w.Jobs {
		switch {
		case !j.Completed.IsZero():
			// Jobs are sorted by creation: a success makes up for all before this
			// one.
			failed = nil
		case j.Failure != nil && !j.Deleting() && p.Within(j.Failure.At, failedRecent.In(p)) && !success.After(j.Failure.At):
			failed = append(failed, j)
		}
	}
	return failed
}

// failedFault reports the last failure: the others are older runs of the same
// work.
func failedFault(p *audit.Pass, w *inventory.Workload, failed []*inventory.Job) audit.Fault {
	first, last := failed[0], failed[0]
	for _, j := range failed {
		if j.Failure.At.Before(first.Failure.At) {
			first = j
		}
		if j.Failure.At.After(last.Failure.At) {
			last = j
		}
	}
	message := fmt.Sprintf("%s ago, %s; %s failed", p.Age(last.Failure.At), failureText(last), amount.Count(int(last.Failed), "pod"))
	facts := evidence(last)
	facts["reason"], facts["failedAt"] = last.Failure.Reason, api.Time(last.Failure.At)
	if last.Failure.Message != "" {
		facts["detail"] = last.Failure.Message
	}
	switch {
	case w.Kind == "Job":
		message = "failed " + message
	case len(failed) == 1:
		message = "run " + last.Name + " failed " + message + "; no run succeeded since"
	default:
		message = fmt.Sprintf("%d runs failed, the last (%s) %s; no run succeeded since", len(failed), last.Name, message)
	}
	if w.Kind != "Job" {
		facts["job"], facts["jobs"] = last.Name, len(failed)
	}
	return audit.Fault{Message: message + howItEnded(lastToFail(w, last)), Evidence: facts, Since: first.Failure.At, Fix: failedFix(w, last),
		Pods: failedByThemselves(w, last)}
}

// howItEnded says how the first container of the pod that did not succeed ended.
func howItEnded(pod *inventory.Pod) string {
	if pod == nil {
		return ""
	}
	for i := range pod.Containers {
		if end := pod.Containers[i].Ended; end != nil && end.ExitCode != 0 {
			return "; " + pod.Name + " ended with " + termination.Text(end) + termination.Words(end)
		}
	}
	return ""
}

// failureText says in words why a Job has failed.
func failureText(j *inventory.Job) string {
	reason := j.Failure.Reason
	switch reason {
	case batchv1.JobReasonBackoffLimitExceeded:
		return fmt.Sprintf("%s: its retries are used up, backoffLimit %d", reason, j.BackoffLimit)
	case batchv1.JobReasonDeadlineExceeded:
		if j.Deadline != nil {
			return fmt.Sprintf("%s: it ran longer than its deadline of %s", reason, short(*j.Deadline))
		}
		return reason + ": it ran longer than its deadline"
	case batchv1.JobReasonPodFailurePolicy:
		return cause.WithDetail(reason+": a pod failed in a way that its policy does not retry", j.Failure.Message)
	case batchv1.JobReasonMaxFailedIndexesExceeded:
		if j.MaxFailedIndexes != nil {
			return fmt.Sprintf("%s: more than %d of its indexes failed", reason, *j.MaxFailedIndexes)
		}
		return reason + ": too many of its indexes failed"
	case batchv1.JobReasonFailedIndexes:
		return cause.WithDetail(reason+": some of its indexes failed for good", j.FailedIndexes)
	}
	return cmp.Or(reason, "no reason given")
}

func failedFix(w *inventory.Workload, j *inventory.Job) audit.Fix {
	again := "run it again under a new name"
	if w.CronJob != nil {
		again = "run it by hand (kubectl create job --from)"
	}
	switch {
	case w.CronJob != nil && j.Failure.Reason == batchv1.JobReasonDeadlineExceeded && j.Deadline != nil:
		return limit(w, "find out what took so long, or give it more time",
			remedy.Fields{"activeDeadlineSeconds": 2 * min(*j.Deadline, math.MaxInt32)})
	case j.Failure.Reason == batchv1.JobReasonDeadlineExceeded || j.RestartPolicy == corev1.RestartPolicyOnFailure:
		// The pods are gone, and their logs with them.
		return remedy.Describe(&j.Object, "find the cause (its Events are kept for an hour) and "+again)
	}
	if pod := lastToFail(w, j); pod != nil {
		return audit.Fix{
			Advice:  "find the cause in the log and " + again,
			Command: audit.Kubectl("logs").In(j.Namespace).On(pod.Name).With("--all-containers", "--tail", "100"),
		}
	}
	if j.Succeeded > 0 {
		// The log of a Job is that of any of its pods.
		return audit.Fix{
			Advice: "find the cause in the log of a failed pod and " + again,
			Command: audit.Kubectl("get", "pods").In(j.Namespace).Flag("--selector=", "job-name="+j.Name).
				With("--field-selector=status.phase=Failed"),
		}
	}
	return audit.Fix{
		Advice:  "find the cause in the log and " + again,
		Command: audit.Kubectl("logs").In(j.Namespace).On("job/"+j.Name).With("--all-containers", "--tail", "100"),
	}
}
