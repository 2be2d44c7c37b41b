package jobs

import (
	"reflect"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// finishedEach are so many Jobs that ended within the last day, oldest first.
func finishedEach(n int) []*inventory.Job {
	var jobs []*inventory.Job
	for i := range n {
		jobs = append(jobs, ended(n-i+5, true))
	}
	return jobs
}

func TestManyFinishedJobs(t *testing.T) {
	for n, want := range map[int]bool{100: false, 101: true} {
		w := everyMinute(append(finishedEach(n), running(0, 0, 0))...)
		if got := jobNotCleanedUp(pass(nil), w); flagged(got) != want {
			t.Errorf("%d of a CronJob: %+v", n, got)
		}

		alike := finishedEach(n)
		for _, j := range alike {
			j.Alike = alike
		}
		if got := jobNotCleanedUp(pass(nil), workload("Job", "newest", alike[n-1])); flagged(got) != want {
			t.Errorf("%d of one template: %+v", n, got)
		}
		if got := jobNotCleanedUp(pass(nil), workload("Job", "another", alike[0])); flagged(got) {
			t.Errorf("%d of one template, not the newest: %+v", n, got)
		}
	}
	if got, want := jobNotCleanedUp(pass(nil, inventory.Jobs), everyMinute()),
		audit.Unknown("jobs.batch: forbidden"); !reflect.DeepEqual(got, want) {
		t.Errorf("unread Jobs: %+v", got)
	}
}

func flagged(v audit.Verdict) bool {
	return !reflect.DeepEqual(v, audit.Faults()) && !reflect.DeepEqual(v, audit.NotApplicable())
}
