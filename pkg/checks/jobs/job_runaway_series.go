package jobs

import (
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var seriesJobs = audit.Int("series", 10, "number of failed Jobs of one owner or template within an hour that makes a series")

// The Jobs of a series were created within this time, and have failed this
// recently.
const (
	seriesSpan   = time.Hour
	seriesRecent = 24 * time.Hour
)

// runawaySeries is rule d of job-runaway: each Job ends, and something creates
// the next one. They have an owner, which is this workload, or only their
// template in common.
func runawaySeries(p *audit.Pass, w *inventory.Workload) *audit.Fault {
	// Only when all Jobs are known is it known that most of them failed.
	if !p.ReadIn(w.Namespace, inventory.Jobs) {
		return nil
	}
	common := ""
	failed, succeeded := series(p, w.Jobs)
	if failed == nil {
		common = " of one template"
		failed, succeeded = series(p, ofOneTemplate(p, w))
	}
	if failed == nil {
		return nil
	}
	first, last := failed[0], failed[len(failed)-1]
	span := last.Created.Sub(first.Created)
	pods := 0
	for _, j := range failed {
		pods += int(j.Failed)
	}
	facts := evidence(last)
	facts["failed"], facts["succeeded"], facts["failedPods"] = len(failed), succeeded, pods
	facts["failedPerHour"] = perHour(len(failed), span)
	return &audit.Fault{
		Message: fmt.Sprintf("%d Jobs%s failed, created within %s; %d succeeded; each starts from scratch: %s",
			len(failed), common, short(int64(span.Seconds())), succeeded, bounds(last)),
		Evidence: facts, Since: first.Created, Fix: stopSeries(w, last),
	}
}

// series returns the most failed Jobs that were created within an hour, nil if
// they are too few or do not outnumber those that succeeded. The Jobs must be
// sorted by creation.
func series(p *audit.Pass, jobs []*inventory.Job) (failed []*inventory.Job, succeeded int) {
	var recent []*inventory.Job
	for _, j := range jobs {
		if failedRecently(p, j) {
			recent = append(recent, j)
		}
	}
	first := 0
	for i, j := range recent {
		for j.Created.Sub(recent[first].Created) > seriesSpan {
			first++
		}
		if window := recent[first : i+1]; len(window) >= max(seriesJobs.In(p), 1, len(failed)) {
			failed = window
		}
	}
	if failed == nil {
		return nil, 0
	}
	from, to := failed[0].Created, failed[len(failed)-1].Created
	for _, j := range jobs {
		if !j.Completed.IsZero() && !j.Created.Before(from) && !j.Created.After(to) {
			succeeded++
		}
	}
	if succeeded >= len(failed) {
		return nil, 0
	}
	return failed, succeeded
}

func failedRecently(p *audit.Pass, j *inventory.Job) bool {
	return j.Failure != nil && !j.Deleting() && p.Within(j.Failure.At, seriesRecent)
}

// ofOneTemplate returns all Jobs with the same template as the workload's own;
// none unless the newest of them that failed is its own, so that one series makes
// one finding.
func ofOneTemplate(p *audit.Pass, w *inventory.Workload) []*inventory.Job {
	own := newestFailed(p, w.Jobs)
	if own == nil || newestFailed(p, own.Alike) != own {
		return nil
	}
	return own.Alike
}

// newestFailed expects Jobs that are sorted by creation.
func newestFailed(p *audit.Pass, jobs []*inventory.Job) *inventory.Job {
	for _, j := range slices.Backward(jobs) {
		if failedRecently(p, j) {
			return j
		}
	}
	return nil
}

func stopSeries(w *inventory.Workload, last *inventory.Job) audit.Fix {
	switch w.Kind {
	case "CronJob":
		return remedy.Spec(w, "suspend it now, and resume it when a manual run succeeds", remedy.Fields{"suspend": true})
	case "Job":
		return audit.Fix{
			Advice:  "stop what creates these Jobs; this names the programs that wrote the last one",
			Command: audit.Kubectl("get").In(last.Namespace).On("job/"+last.Name).With("-o", "jsonpath={.metadata.managedFields[*].manager}"),
		}
	}
	return audit.Fix{Advice: "stop the " + w.Kind + " that creates these Jobs, and fix one of them first"}
}
