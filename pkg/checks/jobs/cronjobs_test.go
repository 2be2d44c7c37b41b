package jobs

import (
	"reflect"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Whether the active runs are the first ones since a pause is only known
// when they were read.
func TestCronJobsWithUnreadRuns(t *testing.T) {
	for name, judge := range map[string]func(*audit.Pass, *inventory.Workload) audit.Verdict{
		"cronjob-failing": cronJobFailing, "cronjob-never-succeeded": cronJobNeverSucceeded,
	} {
		w := everyMinute()
		w.CronJob.LastSchedule, w.CronJob.Active = noon, 1
		if name == "cronjob-failing" {
			w.CronJob.LastSuccess = noon.Add(-time.Hour)
		} else {
			w.CronJob.LastSuccess = time.Time{}
		}
		w.Created = noon.Add(-2 * time.Hour)
		got := judge(pass(nil, inventory.Jobs), w)
		if !reflect.DeepEqual(got, audit.Unknown("jobs.batch: forbidden")) {
			t.Errorf("%s, with an active run: %+v", name, got)
		}
		w.CronJob.Active = 0
		if got := judge(pass(nil, inventory.Jobs), w); reflect.DeepEqual(got, audit.Unknown("jobs.batch: forbidden")) {
			t.Errorf("%s, with none: %+v", name, got)
		}
	}
}

func TestRepairFix(t *testing.T) {
	w := everyMinute()
	if got, want := repairFix(w, noon.Add(-time.Hour)).Command.String(),
		"kubectl -n shop create job report-by-hand --from=cronjob/report"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	older, last := ended(30, false), ended(10, false)
	w.Jobs = []*inventory.Job{older, last, ended(5, true)}
	if got, want := repairFix(w, noon.Add(-time.Hour)).Command.String(),
		"kubectl -n shop logs job/import-00010 --all-containers --tail 100"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	w.CronJob.Concurrency, w.CronJob.KeepsFailed = batchv1.ReplaceConcurrent, true
	w.Jobs = []*inventory.Job{{}}
	if got, want := repairFix(w, noon.Add(-time.Hour)).Command.String(),
		`kubectl -n shop patch cronjob/report --patch '{"spec":{"concurrencyPolicy":"Forbid"}}'`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := lastFailed(w, noon.Add(-5*time.Minute)); got != nil {
		t.Errorf("%s failed before that", got.Name)
	}
}

// A run that waits in a queue needs no deadline, and one that has a deadline no
// other.
func TestHeldByFix(t *testing.T) {
	seconds := int64(600)
	for _, test := range []struct {
		name     string
		run      inventory.Job
		deadline *int64
		want     string
	}{
		{"runs", inventory.Job{}, nil, "kubectl -n shop patch cronjob/report " +
			`--patch '{"spec":{"jobTemplate":{"spec":{"activeDeadlineSeconds":"SECONDS"}}}}'`},
		{"has a deadline", inventory.Job{}, &seconds, "kubectl -n shop describe job/report-1"},
		{"in a queue", inventory.Job{Suspended: true}, nil, "kubectl -n shop describe job/report-1"},
	} {
		w := everyMinute()
		w.CronJob.Deadline = test.deadline
		test.run.Object = inventory.Object{Kind: "Job", Namespace: "shop", Name: "report-1"}
		w.Jobs = []*inventory.Job{&test.run}
		if _, fix := heldBy(pass(nil), w); fix.Command.String() != test.want {
			t.Errorf("%s: %s, want %s", test.name, fix.Command.String(), test.want)
		}
	}
}
