package jobs

import (
	"reflect"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestFailureText(t *testing.T) {
	for _, test := range []struct {
		job  inventory.Job
		want string
	}{
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "BackoffLimitExceeded"}},
			"BackoffLimitExceeded: its retries are used up, backoffLimit 0"},
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "DeadlineExceeded"}},
			"DeadlineExceeded: it ran longer than its deadline"},
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "DeadlineExceeded"}, Deadline: ptr(int64(600))},
			"DeadlineExceeded: it ran longer than its deadline of 10m"},
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "PodFailurePolicy"}},
			"PodFailurePolicy: a pod failed in a way that its policy does not retry"},
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "MaxFailedIndexesExceeded"}},
			"MaxFailedIndexesExceeded: too many of its indexes failed"},
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "FailedIndexes"}},
			"FailedIndexes: some of its indexes failed for good"},
		{inventory.Job{Failure: &inventory.JobFailure{Reason: "Evil"}}, "Evil"},
		{inventory.Job{Failure: &inventory.JobFailure{}}, "no reason given"},
	} {
		if got := failureText(&test.job); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestFailedFix(t *testing.T) {
	failed := func(reason string, policy corev1.RestartPolicy) *inventory.Job {
		j := ended(60, false)
		j.Name, j.RestartPolicy, j.Failure.Reason, j.Deadline = "nightly-1", policy, reason, ptr(int64(600))
		return j
	}
	cron := everyMinute()
	for _, test := range []struct {
		workload *inventory.Workload
		job      *inventory.Job
		want     string
	}{
		{workload("Job", "nightly-1"), failed("BackoffLimitExceeded", "Never"),
			"kubectl -n shop logs job/nightly-1 --all-containers --tail 100"},
		{cron, failed("BackoffLimitExceeded", "Never"), "kubectl -n shop logs job/nightly-1 --all-containers --tail 100"},
		// Their pods are gone.
		{workload("Job", "nightly-1"), failed("BackoffLimitExceeded", "OnFailure"), "kubectl -n shop describe job/nightly-1"},
		{workload("Job", "nightly-1"), failed("DeadlineExceeded", "Never"), "kubectl -n shop describe job/nightly-1"},
		{cron, failed("DeadlineExceeded", "Never"),
			`kubectl -n shop patch cronjob/report --patch '{"spec":{"jobTemplate":{"spec":{"activeDeadlineSeconds":1200}}}}'`},
	} {
		if got := failedFix(test.workload, test.job).Command.String(); got != test.want {
			t.Errorf("%s of a %s: %s, want %s", test.job.Failure.Reason, test.workload.Kind, got, test.want)
		}
	}
}

func TestFailedOutcomes(t *testing.T) {
	idle := everyMinute()
	idle.CronJob.LastSuccess = time.Time{}
	owned := func(jobs ...*inventory.Job) *inventory.Workload { return workload("Workflow", "import", jobs...) }
	jobs := []inventory.Resource{inventory.Jobs}
	for _, test := range []struct {
		name       string
		workload   *inventory.Workload
		unreadable []inventory.Resource
		want       audit.Verdict
	}{
		{"running", workload("Job", "j", running(time.Hour, 1, 0)), nil, audit.NotApplicable()},
		{"never ran", idle, nil, audit.NotApplicable()},
		{"succeeded", workload("Job", "j", ended(60, true)), nil, audit.Faults()},
		{"all is well", everyMinute(), nil, audit.Faults()},
		{"its Jobs were not read", everyMinute(), jobs, audit.Unknown("jobs.batch: forbidden")},
		{"a later success may be unread", owned(ended(60, false)), jobs, audit.Unknown("jobs.batch: forbidden")},
		{"the CronJob was not read", workload("CronJob", "report", ended(60, false)), nil, audit.Unknown("the CronJob itself was not read")},
	} {
		if got := jobFailed(pass(nil, test.unreadable...), test.workload); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
	// A CronJob knows its last success, however many of its Jobs were read.
	got := jobFailed(pass(nil, inventory.Jobs), everyMinute(ended(60, false)))
	if reflect.DeepEqual(got, audit.Unknown("jobs.batch: forbidden")) || reflect.DeepEqual(got, audit.Faults()) {
		t.Errorf("%+v", got)
	}
}

// A Job of several pods has several logs: the one of a failed pod tells why.
func TestFailedFixNamesThePod(t *testing.T) {
	j := ended(60, false)
	j.Failure.Reason = "FailedIndexes"
	j.Succeeded = 4
	w := workload("Job", j.Name, j)
	if got, want := failedFix(w, j).Command.String(),
		"kubectl -n shop get pods --selector=job-name="+j.Name+" --field-selector=status.phase=Failed"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	pod := func(name string, phase corev1.PodPhase, minutesAgo int) *inventory.Pod {
		return &inventory.Pod{
			Object: inventory.Object{Name: name, Namespace: "shop", Created: noon.Add(-time.Duration(minutesAgo) * time.Minute),
				Owner: &inventory.Owner{Kind: "Job", Name: j.Name}}, Phase: phase, PodException: &inventory.PodException{},
		}
	}
	w.Pods = []*inventory.Pod{pod("first", corev1.PodFailed, 9), pod("last", corev1.PodFailed, 5), pod("good", corev1.PodSucceeded, 1)}
	if got, want := failedFix(w, j).Command.String(), "kubectl -n shop logs last --all-containers --tail 100"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
