package jobs

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// pass judges at noon. Everything was read completely except some resources.
func pass(workloads []*inventory.Workload, unreadable ...inventory.Resource) *audit.Pass {
	inv := &inventory.Inventory{Workloads: workloads}
	for _, r := range JobRunaway.Resources() {
		inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
	}
	for i := range inv.Reads {
		for _, r := range unreadable {
			if inv.Reads[i].Resource == r {
				inv.Reads[i] = inventory.Read{Resource: r, State: inventory.Unreadable, Reason: "forbidden"}
			}
		}
	}
	return &audit.Pass{Cluster: inv, Now: noon}
}

func workload(kind, name string, jobs ...*inventory.Job) *inventory.Workload {
	return &inventory.Workload{Object: inventory.Object{Kind: kind, Namespace: "shop", Name: name}, Jobs: jobs}
}

// running is a Job that has been running for so long.
func running(age time.Duration, failed, succeeded int32) *inventory.Job {
	return &inventory.Job{
		Object:  inventory.Object{Kind: "Job", Namespace: "shop", Name: "nightly", Created: noon.Add(-age)},
		Started: noon.Add(-age), BackoffLimit: 1000, Failed: failed, Succeeded: succeeded,
	}
}

func limitedTo(failures int32, j *inventory.Job) *inventory.Job {
	j.BackoffLimit = failures
	return j
}

// ended is a Job that was made so many minutes before noon and that ended a
// minute later.
func ended(minutes int, succeeded bool) *inventory.Job {
	at := noon.Add(-time.Duration(minutes) * time.Minute)
	j := &inventory.Job{
		Object:  inventory.Object{Kind: "Job", Namespace: "shop", Name: fmt.Sprintf("import-%05d", minutes), Created: at},
		Started: at,
	}
	if succeeded {
		j.Completed = at.Add(time.Minute)
	} else {
		j.Failed, j.Failure = 1, &inventory.JobFailure{Reason: "BackoffLimitExceeded", At: at.Add(time.Minute)}
	}
	return j
}

func TestRetriesWithoutEnd(t *testing.T) {
	for _, test := range []struct {
		failed, succeeded, limit int32
		want                     bool
	}{
		{6, 0, 1000, false}, {7, 0, 1000, true},
		{9, 3, 1000, false}, {10, 3, 1000, true},
		{7, 0, 16, false}, {7, 0, 17, true},
	} {
		j := running(time.Hour, test.failed, test.succeeded)
		j.BackoffLimit = test.limit
		if got := retriesWithoutEnd(j); got != test.want {
			t.Errorf("%d failed, %d succeeded, backoffLimit %d: %v", test.failed, test.succeeded, test.limit, got)
		}
	}
}

func TestFailsTooFast(t *testing.T) {
	for _, test := range []struct {
		failed, succeeded int32
		age               time.Duration
		want              bool
	}{
		{11, 0, time.Minute, false}, {12, 0, time.Minute, true},
		{12, 12, time.Minute, false}, {12, 11, time.Minute, true},
		{12, 0, time.Hour, false}, {12, 0, time.Hour - time.Second, true},
		{24, 0, 2 * time.Hour, false}, {25, 0, 2 * time.Hour, true},
		// A clock that runs ahead.
		{12, 0, -time.Minute, true}, {11, 0, -time.Minute, false},
	} {
		if got := failsTooFast(running(test.age, test.failed, test.succeeded), test.failed, noon); got != test.want {
			t.Errorf("%d failed, %d succeeded in %s: %v", test.failed, test.succeeded, test.age, got)
		}
	}
}

// A Job whose failures have used up its limit is not tried again.
func TestRetrying(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*inventory.Job)
		want   bool
	}{
		"it fails":                       {func(*inventory.Job) {}, true},
		"for the last time":              {func(j *inventory.Job) { j.Failed = 1000 }, true},
		"once more":                      {func(j *inventory.Job) { j.Failed = 1001 }, false},
		"under a controller of its own":  {func(j *inventory.Job) { j.Foreign = "kueue.x-k8s.io" }, false},
		"it was never started":           {func(j *inventory.Job) { j.Started = time.Time{} }, false},
		"it is suspended":                {func(j *inventory.Job) { j.Suspended = true }, false},
		"it is being deleted":            {func(j *inventory.Job) { j.Deletion = &inventory.Deletion{} }, false},
		"its end is decided":             {func(j *inventory.Job) { j.Ending = true }, false},
		"it has succeeded in the end":    {func(j *inventory.Job) { j.Completed = noon }, false},
		"it has failed for good already": {func(j *inventory.Job) { j.Failure = &inventory.JobFailure{} }, false},
	} {
		j := running(time.Hour, 3, 0)
		test.change(j)
		if got := retrying(j); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Pods of Jobs that have ended, or are going, say nothing about those that pile up.
func TestPodsOfActive(t *testing.T) {
	done, going, suspended := running(5*time.Hour, 7, 7), running(6*time.Hour, 7, 7), running(time.Hour, 1, 2)
	done.Completed, going.Deletion, suspended.Suspended = noon, &inventory.Deletion{}, true
	w := workload("CronJob", "nightly", done, running(3*time.Hour, 4, 1), going, running(2*time.Hour, 5, 0), suspended)
	failed, succeeded, longest := podsOfActive(w, noon)
	if failed != 10 || succeeded != 3 || longest != 3*time.Hour {
		t.Errorf("%d failed, %d succeeded, for %s", failed, succeeded, longest)
	}
}

func TestLastSuccess(t *testing.T) {
	w := workload("CronJob", "nightly")
	w.Created, w.CronJob = noon.Add(-3*time.Hour), &inventory.CronJob{}
	if got := sinceText(pass(nil), w); got != "since its creation 3h ago" {
		t.Error(got)
	}
	if got := cronEvidence(w, nil)["lastSuccess"]; got != nil {
		t.Errorf("there was no success, and it was at %v", got)
	}
	w.CronJob.LastSuccess = noon.Add(-2 * time.Hour)
	if got := sinceText(pass(nil), w); got != "since 120m ago" {
		t.Error(got)
	}
	if got := cronEvidence(w, nil)["lastSuccess"]; got != "2026-11-21T10:00:00Z" {
		t.Errorf("the last success is %v", got)
	}
}

// No Job of one pod at a time may be called too fast: back-off starts at 10 s
// and doubles up to 10 min.
func TestBackOffIsNotTooFast(t *testing.T) {
	elapsed, wait := time.Duration(0), 10*time.Second
	for failed := int32(1); failed < 300; failed++ {
		if failsTooFast(running(elapsed, failed, 0), failed, noon) {
			t.Fatalf("%d failed in %s", failed, elapsed)
		}
		elapsed += wait
		wait = min(2*wait, 10*time.Minute)
	}
}

func TestWorstJob(t *testing.T) {
	mild, bad, fine := running(time.Hour, 20, 0), running(time.Hour, 30, 0), running(time.Hour, 2, 0)
	bad.Name = "worse"
	// Of two that are as bad, the first counts.
	later := running(time.Hour, 30, 0)
	for _, order := range [][]*inventory.Job{{bad, mild, fine}, {bad, later}} {
		if fault := runawayJob(pass(nil), workload("CronJob", "nightly", order...)); fault == nil || !strings.HasPrefix(fault.Message, "2 Jobs, the worst is Job worse: 30 ") {
			t.Errorf("%+v", fault)
		}
	}
	fault := runawayJob(pass(nil), workload("CronJob", "nightly", mild, bad, fine))
	want := "2 Jobs, the worst is Job worse: 30 pods failed in 60m (30/h), 0 succeeded; no limit will stop it soon: backoffLimit 1000, no deadline"
	if fault == nil || fault.Message != want {
		t.Fatalf("%+v, want %s", fault, want)
	}
	// One Job is not counted.
	if fault := runawayJob(pass(nil), workload("CronJob", "nightly", bad)); !strings.HasPrefix(fault.Message, "Job worse: 30 ") {
		t.Error(fault.Message)
	}
	// It fails too fast, and its limit will end it.
	if fault := runawayJob(pass(nil), workload("Job", "nightly", limitedTo(20, running(time.Minute, 13, 0)))); fault == nil || !strings.Contains(fault.Message, "bounded only by backoffLimit 20") {
		t.Errorf("%+v", fault)
	}
	const advice = "suspend it now, then set a low backoffLimit and activeDeadlineSeconds"
	if fault.Fix.Advice != advice+" in its CronJob" {
		t.Error(fault.Fix.Advice)
	}
	if fault := runawayJob(pass(nil), workload("Job", "nightly", bad)); fault.Fix.Advice != advice {
		t.Error(fault.Fix.Advice)
	}
	if want := `kubectl -n shop patch job/worse --patch '{"spec":{"suspend":true}}'`; fault.Fix.Command.String() != want {
		t.Errorf("%s, want %s", fault.Fix.Command.String(), want)
	}
}

func TestInQuickSuccession(t *testing.T) {
	every := func(period time.Duration, n int) []time.Time {
		var times []time.Time
		for i := range n {
			times = append(times, noon.Add(time.Duration(i)*period))
		}
		return times
	}
	for _, test := range []struct {
		name  string
		times []time.Time
		want  bool
	}{
		{"none", nil, false},
		{"nine", every(time.Minute, 9), false},
		{"ten", every(time.Minute, 10), true},
		{"every 15 minutes", every(15*time.Minute, 10), true},
		{"every 16 minutes", every(16*time.Minute, 1000), false},
		{"ten of them fast", append(every(time.Hour, 24), every(time.Minute, 10)...), true},
	} {
		if got := inQuickSuccession(test.times, 10, 15*time.Minute); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func everyMinute(jobs ...*inventory.Job) *inventory.Workload {
	w := workload("CronJob", "report", jobs...)
	w.CronJob = &inventory.CronJob{
		Schedule: "* * * * *", Concurrency: batchv1.ForbidConcurrent, KeepsFailed: true, BackoffLimit: 6,
		LastSuccess: noon.Add(-2 * time.Hour), LastSchedule: noon.Add(-time.Minute),
	}
	return w
}

func TestUndecided(t *testing.T) {
	going := running(time.Minute, 0, 0)
	for _, test := range []struct {
		name   string
		change func(*inventory.Workload)
		want   bool
	}{
		{"the first run is going", func(w *inventory.Workload) { w.Jobs = []*inventory.Job{going} }, true},
		{"no run is known", func(*inventory.Workload) {}, false},
		{"one has failed", func(w *inventory.Workload) { w.Jobs = []*inventory.Job{ended(30, false), going} }, false},
		{"one failed before the last success", func(w *inventory.Workload) {
			w.Jobs = []*inventory.Job{ended(180, false), going}
		}, true},
		{"failed ones do not stay", func(w *inventory.Workload) {
			w.Jobs, w.CronJob.KeepsFailed = []*inventory.Job{going}, false
		}, false},
		{"each is replaced", func(w *inventory.Workload) {
			w.Jobs, w.CronJob.Concurrency = []*inventory.Job{going}, batchv1.ReplaceConcurrent
		}, false},
	} {
		w := everyMinute()
		test.change(w)
		if got := undecided(w, w.CronJob.LastSuccess); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
		if got := runawayCronJob(pass(nil), w) == nil; got != test.want {
			t.Errorf("%s: silent is %v", test.name, got)
		}
	}
}

// A pod failure policy leaves failures uncounted: the failed pods show them.
func TestIgnoredFailures(t *testing.T) {
	failed := func(n int, job string, disrupted corev1.ConditionStatus) []*inventory.Pod {
		var pods []*inventory.Pod
		for range n {
			pods = append(pods, &inventory.Pod{
				Object: inventory.Object{Owner: &inventory.Owner{Kind: "Job", Name: job}}, Phase: corev1.PodFailed,
				PodException: &inventory.PodException{Disrupted: inventory.Condition{Status: disrupted}},
			})
		}
		return pods
	}
	for _, test := range []struct {
		name   string
		change func(*inventory.Job)
		pods   []*inventory.Pod
		want   bool
	}{
		{"7", func(*inventory.Job) {}, failed(7, "import", ""), true},
		{"6", func(*inventory.Job) {}, failed(6, "import", ""), false},
		{"none is ignored", func(j *inventory.Job) { j.IgnoresFailures = false }, failed(20, "import", ""), false},
		{"some are counted", func(j *inventory.Job) { j.Failed = 3 }, failed(9, "import", ""), false},
		{"a third succeeded", func(j *inventory.Job) { j.Succeeded = 3 }, failed(9, "import", ""), false},
		{"less than a third succeeded", func(j *inventory.Job) { j.Succeeded = 3 }, failed(10, "import", ""), true},
		{"a deadline", func(j *inventory.Job) { j.Deadline = new(int64) }, failed(9, "import", ""), false},
		{"preempted", func(*inventory.Job) {}, failed(20, "import", corev1.ConditionTrue), false},
		{"of another Job", func(*inventory.Job) {}, failed(20, "other", ""), false},
		{"decided", func(j *inventory.Job) { j.Ending = true }, failed(20, "import", ""), false},
	} {
		j := &inventory.Job{
			Object: inventory.Object{Kind: "Job", Name: "import"}, Started: noon.Add(-9 * time.Hour), BackoffLimit: 6, IgnoresFailures: true,
		}
		test.change(j)
		w := workload("Job", "import", j)
		w.Pods = test.pods
		fault := runawayJob(pass(nil), w)
		if got := fault != nil; got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
		// A lower backoffLimit would change nothing.
		if fault != nil && strings.Contains(fault.Fix.Advice, "backoffLimit") {
			t.Errorf("%s: %s", test.name, fault.Fix.Advice)
		}
	}
}

func TestPilesUp(t *testing.T) {
	for _, test := range []struct {
		name        string
		active      int
		concurrency batchv1.ConcurrencyPolicy
		success     time.Duration
		want        bool
	}{
		{"three Jobs, over three hours", 3, batchv1.AllowConcurrent, 3*time.Hour + time.Second, true},
		{"three Jobs, three hours", 3, batchv1.AllowConcurrent, 3 * time.Hour, false},
		{"two Jobs", 2, batchv1.AllowConcurrent, 5 * time.Hour, false},
		{"left over from another policy", 3, batchv1.ForbidConcurrent, 5 * time.Hour, false},
		{"one of three in a queue", 3, batchv1.AllowConcurrent, 5 * time.Hour, false},
	} {
		w := workload("CronJob", "report")
		for i := range test.active {
			w.Jobs = append(w.Jobs, &inventory.Job{Suspended: i == 0 && strings.Contains(test.name, "queue")})
		}
		w.CronJob = &inventory.CronJob{
			Schedule: "0 * * * *", Concurrency: test.concurrency, Active: test.active,
			LastSuccess: noon.Add(-test.success), LastSchedule: noon,
		}
		if got := runawayCronJob(pass(nil), w) != nil; got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestSeries(t *testing.T) {
	made := func(n, from, apart int, succeeded bool) []*inventory.Job {
		var jobs []*inventory.Job
		for i := range n {
			jobs = append(jobs, ended(from-i*apart, succeeded))
		}
		return jobs
	}
	for _, test := range []struct {
		name              string
		jobs              []*inventory.Job
		failed, succeeded int
	}{
		{"nine", made(9, 100, 1, false), 0, 0},
		{"ten", made(10, 100, 1, false), 10, 0},
		{"ten in 54 minutes", made(10, 100, 6, false), 10, 0},
		{"ten in an hour", append(made(9, 100, 1, false), ended(40, false)), 10, 0},
		{"ten in a minute more", append(made(9, 100, 1, false), ended(39, false)), 0, 0},
		{"ten in 63 minutes", made(10, 100, 7, false), 0, 0},
		{"the busiest hour", append(made(10, 600, 1, false), made(12, 100, 1, false)...), 12, 0},
		{"yesterday", made(10, 1500, 1, false), 0, 0},
		{"as many succeeded", append(made(10, 109, 1, false), made(10, 109, 1, true)...), 0, 0},
		{"fewer succeeded", append(made(10, 109, 1, false), made(9, 109, 1, true)...), 10, 9},
		{"they succeeded before", append(made(20, 300, 1, true), made(10, 109, 1, false)...), 10, 0},
	} {
		failed, succeeded := series(pass(nil), test.jobs)
		if len(failed) != test.failed || succeeded != test.succeeded {
			t.Errorf("%s: %d failed, %d succeeded, want %d and %d", test.name, len(failed), succeeded, test.failed, test.succeeded)
		}
	}
}

// A series of Jobs with one template has one finding, on the newest.
func TestOfOneTemplate(t *testing.T) {
	var workloads []*inventory.Workload
	var alike []*inventory.Job
	for i := range 10 {
		j := ended(100-i, false)
		alike = append(alike, j)
		workloads = append(workloads, workload("Job", j.Name, j))
	}
	// A newer one that has not failed changes nothing.
	alike = append(alike, ended(50, true))
	for _, j := range alike {
		j.Alike = alike
	}
	for i, w := range workloads {
		if got, want := runawaySeries(pass(workloads), w) != nil, i == 9; got != want {
			t.Errorf("finding on Job %d of 10: %v", i, got)
		}
	}
	if fault := runawaySeries(pass(workloads, inventory.Jobs), workloads[9]); fault != nil {
		t.Errorf("without having read all Jobs: %s", fault.Message)
	}
}

// What cannot fail any more is not judged, and what was not read is not fine.
func TestRunawayOutcomes(t *testing.T) {
	suspended := running(time.Hour, 100, 0)
	suspended.Suspended = true
	foreign := running(time.Hour, 100, 0)
	foreign.Foreign = "example.com/scheduler"
	stopped := everyMinute()
	stopped.CronJob.Suspended = true
	fresh := everyMinute()
	fresh.CronJob.LastSuccess = noon
	unseen := workload("CronJob", "report", running(time.Hour, 0, 0))
	unseen.Existence.Why = "owned by CronJob report, which was not read"
	for _, test := range []struct {
		name       string
		workload   *inventory.Workload
		unreadable []inventory.Resource
		want       audit.Verdict
	}{
		{"running", workload("Job", "j", running(time.Hour, 1, 0)), nil, audit.Faults()},
		{"completed", workload("Job", "j", ended(60, true)), nil, audit.NotApplicable()},
		{"failed", workload("Job", "j", ended(60, false)), nil, audit.Faults()},
		{"suspended", workload("Job", "j", suspended), nil, audit.NotApplicable()},
		{"of another controller", workload("Job", "j", foreign), nil, audit.NotApplicable()},
		{"suspended CronJob", stopped, nil, audit.NotApplicable()},
		{"CronJob", fresh, nil, audit.Faults()},
		{"CronJob without its Jobs", fresh, []inventory.Resource{inventory.Jobs}, audit.Unknown("jobs.batch: forbidden")},
		{"Jobs without their CronJob", unseen, []inventory.Resource{inventory.CronJobs}, audit.Unknown(unseen.Existence.Why)},
		{"a Job, of which not all were read", workload("Job", "j", running(time.Hour, 1, 0)), []inventory.Resource{inventory.Jobs}, audit.Faults()},
	} {
		if got := jobRunaway(pass(nil, test.unreadable...), test.workload); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
	if fault := runawayCronJob(pass(nil, inventory.Jobs), everyMinute()); fault == nil {
		t.Error("a CronJob's own status says enough")
	} else if _, claimed := fault.Evidence["failedJobs"]; claimed {
		t.Error("counts Jobs that were not read")
	}
}
