package jobs

import (
	"fmt"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// JobNotCleanedUp finds finished Jobs that nothing removes.
var JobNotCleanedUp = &audit.Check{
	ID: "job-not-cleaned-up", Category: Category, Severity: api.Low, Since: "v0.1.0", Live: true, Urgency: api.Later,
	Field:   "ttlSecondsAfterFinished",
	Title:   "Finished Jobs are never deleted",
	Judge:   audit.Over(audit.Jobs, jobNotCleanedUp),
	Options: []audit.Option{cleanUpAfter, keptJobs},
	Doc: audit.Doc{
		What: "A Job ended over 24 hours ago, has no ttlSecondsAfterFinished, and no owner that could delete it. Or " +
			"there are more than 100 finished Jobs of one owner, such as a CronJob, or of one pod template.",
		Why: "A finished Job keeps its pods, and both stay in etcd until somebody deletes them. Pipelines that create " +
			"a Job for each release or each night fill a namespace with thousands: lists and watches become slow, " +
			"quotas on the number of objects are used up, and the Job of the next release is rejected. Old failures " +
			"also hide new ones.",
		Fix: "Set ttlSecondsAfterFinished to the time for which somebody may need the log: a day for a Job that " +
			"somebody watches, a week for one that runs on weekends. A Job that ended longer ago is then deleted " +
			"immediately, so save the log first if you need it. A CronJob keeps 3 successful and 1 failed Job unless " +
			"its history limits are changed.",
		Limitations: "Tools that created a Job may delete it at their next run without owning it, as Helm and Argo CD " +
			"do with hooks. Whether custom owners clean up is not known, so only the number of their Jobs counts.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/",
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#jobs-history-limits",
		},
	},
}

var (
	cleanUpAfter = audit.Duration("after", 24*time.Hour, "how long a finished Job that nothing deletes may be kept")
	keptJobs     = audit.Int("kept", 100, "how many finished Jobs of one owner or template may be kept")
)

const dayInSeconds = 24 * 60 * 60

func jobNotCleanedUp(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.Kind == "Job" {
		return judgeFinishedJob(p, w)
	}
	finished := finishedJobs(w.Jobs)
	if len(finished) > keptJobs.In(p) {
		fault := keptFault(p, finished, "")
		fault.Fix = pruneFix(w)
		return audit.Faults(fault)
	}
	if reason := unread(p, w); reason != "" {
		return audit.Unknown(reason)
	}
	return audit.Faults()
}

// judgeFinishedJob judges a Job without an owner. If there are many, the newest
// reports them.
func judgeFinishedJob(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Jobs) == 0 || !w.Jobs[0].Finished() {
		return audit.NotApplicable()
	}
	j := w.Jobs[0]
	if j.TTL != nil {
		return audit.Faults()
	}
	fix := limit(w, "let Kubernetes delete it", remedy.Fields{"ttlSecondsAfterFinished": dayInSeconds})
	if last := len(j.Alike) - 1; last >= 0 && j.Alike[last] == j {
		if alike := finishedJobs(j.Alike); len(alike) > keptJobs.In(p) {
			fault := keptFault(p, alike, " of one template")
			fault.Fix = fix
			return audit.Faults(fault)
		}
	}
	at := endOf(j)
	if at.IsZero() || p.Within(at, cleanUpAfter.In(p)) {
		return audit.Faults()
	}
	fix.Advice = "let Kubernetes delete it, which happens immediately; set it in its manifest as well"
	return audit.Faults(audit.Fault{
		Message:  fmt.Sprintf("ended %s ago, and nothing deletes it: no ttlSecondsAfterFinished, no owner", p.Age(at)),
		Evidence: api.Evidence{"endedAt": api.Time(at)}, Since: at, Fix: fix,
	})
}

func finishedJobs(jobs []*inventory.Job) []*inventory.Job {
	var finished []*inventory.Job
	for _, j := range jobs {
		if j.Finished() && !j.Deleting() {
			finished = append(finished, j)
		}
	}
	return finished
}

// keptFault reports many finished Jobs, which are sorted by creation.
func keptFault(p *audit.Pass, finished []*inventory.Job, common string) audit.Fault {
	oldest := finished[0]
	return audit.Fault{
		Message: fmt.Sprintf("%d finished Jobs%s are kept, the oldest created %s ago", len(finished), common, p.Age(oldest.Created)),
		Evidence: api.Evidence{
			"finishedJobs": len(finished), "oldestCreated": api.Time(oldest.Created),
		},
	}
}

func pruneFix(w *inventory.Workload) audit.Fix {
	if w.Kind == "CronJob" {
		return remedy.Spec(w, "keep fewer", remedy.Fields{"successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1})
	}
	return limit(w, "set ttlSecondsAfterFinished", nil)
}

// endOf returns when a finished Job ended.
func endOf(j *inventory.Job) time.Time {
	if j.Failure != nil {
		return j.Failure.At
	}
	return j.Completed
}
