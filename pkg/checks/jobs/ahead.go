package jobs

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ahead returns the Jobs whose limits matter: the next one that a CronJob
// creates, or those that have not ended. Jobs of another controller have its
// limits, and Jobs that have given up need none.
func ahead(w *inventory.Workload) []*inventory.Job {
	if w.CronJob != nil {
		return []*inventory.Job{nextRun(w.CronJob)}
	}
	var jobs []*inventory.Job
	for _, j := range w.Jobs {
		if j.Foreign == "" && !j.Finished() && !j.Ending && !j.Deleting() {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// nextRun has the limits of the Jobs that a CronJob makes.
func nextRun(c *inventory.CronJob) *inventory.Job {
	return &inventory.Job{
		Completions: c.Completions, BackoffLimit: c.BackoffLimit, PerIndex: c.PerIndex,
		MaxFailedIndexes: c.MaxFailedIndexes, Deadline: c.Deadline,
	}
}

// judgeAhead judges the Jobs that are ahead, and reports the first that fails.
func judgeAhead(p *audit.Pass, w *inventory.Workload, judge func(*inventory.Job) *audit.Fault) audit.Verdict {
	jobs := ahead(w)
	for _, j := range jobs {
		fault := judge(j)
		if fault == nil {
			continue
		}
		if j.Name != "" && w.Kind != "Job" {
			fault.Message = "Job " + j.Name + ": " + fault.Message
			fault.Evidence["job"] = j.Name
		}
		return audit.Faults(*fault)
	}
	switch reason := unread(p, w); {
	case w.CronJob == nil && reason != "":
		return audit.Unknown(reason)
	case len(jobs) == 0:
		return audit.NotApplicable()
	}
	return audit.Faults()
}

// limit sets fields of the spec of a workload's Jobs. A Job accepts limits while
// it runs.
func limit(w *inventory.Workload, advice string, fields remedy.Fields) audit.Fix {
	switch w.Kind {
	case "CronJob":
		return remedy.Spec(w, advice, remedy.Fields{"jobTemplate": remedy.Fields{"spec": fields}})
	case "Job":
		return remedy.Object(&w.Object, advice+", also in its manifest", fields)
	}
	return audit.Fix{Advice: advice + ", in the " + w.Kind + " that creates its Jobs"}
}
