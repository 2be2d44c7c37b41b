package history

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// hourly is the report of an hour: of a cluster in which each workload fails some of the
// checks for days, and few findings change from one hour to the next.
func hourly(hour, workloads int) *api.Report {
	r := reportAt(float64(hour) / 24)
	r.Subjects, r.Checks = nil, nil
	for check := range checks {
		r.Checks = append(r.Checks, api.Check{ID: fmt.Sprintf("check-%02d", check), Severity: api.Severities[check%len(api.Severities)], Outcome: api.Fail, Judged: workloads})
	}
	for w := range workloads {
		object := deployment(fmt.Sprintf("workload-%04d", w))
		r.Subjects = append(r.Subjects, api.Subject{Object: object, Pods: 3, Template: fmt.Sprintf("%016x", w*7919)})
		for check := range checks {
			// Half of all pairs are at fault, each for some days at a time.
			if (hour+w*31+check*17)/(60+w%60)%2 == 0 {
				continue
			}
			c := &r.Checks[check]
			o := object
			o.Container = "app"
			r.Findings = append(r.Findings, api.Finding{
				Check: c.ID, Severity: c.Severity, Object: o, Fingerprint: api.Fingerprint(c.ID, o),
				Message:  fmt.Sprintf("%d of 3 pods: last termination was an OOM kill, %dm ago, at a limit of 256Mi; %d restarts in 5h", w%3+1, hour%60, check),
				Evidence: api.Evidence{"pods": w%3 + 1, "of": 3, "limit": "256Mi", "podNames": []string{object.Name + "-5d8f-0", object.Name + "-5d8f-1"}},
				Fix:      "raise the memory limit or fix the leak: kubectl -n shop set resources deployment/" + object.Name + " -c app --limits=memory=512Mi",
			})
			r.Summary.Findings.Add(c.Severity)
		}
	}
	return r
}

const checks = 12

// keep adds the reports of some hours, without waiting for the disk.
func keep(t testing.TB, d Directory, from, to, workloads int) {
	t.Helper()
	for hour := from; hour < to; hour++ {
		err := d.append(hourly(hour, workloads), func(name string) (file, error) {
			f, err := os.Create(name)
			return unsynced{f}, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

type unsynced struct{ *os.File }

func (unsynced) Sync() error { return nil }

// sizeOf is the size of all files in a history.
func sizeOf(t testing.TB, d Directory) (size int64) {
	t.Helper()
	err := filepath.Walk(string(d), func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}

// What an audit reads of a history does not grow with the number of runs, and neither does
// what it adds, once the history is older than what is remembered.
func TestOldRunsCostNothing(t *testing.T) {
	const workloads, halfADay, week = 6, 12, 14
	d := Directory(t.TempDir())
	cost := func(run int) (allocations, entry float64) {
		before := sizeOf(t, d)
		keep(t, d, run*halfADay, run*halfADay+1, workloads)
		r := hourly((run+1)*halfADay, workloads)
		findings := float64(len(r.Findings))
		return testing.AllocsPerRun(1, func() {
			if _, err := d.Mark(r); err != nil {
				t.Error(err)
			}
		}) / findings, float64(sizeOf(t, d)-before) / findings
	}
	var allocations, sizes [4 * week]float64
	for run := range allocations {
		allocations[run], sizes[run] = cost(run)
	}
	before, after := slices.Max(allocations[week:2*week]), slices.Max(allocations[3*week:])
	if after > 1.3*before {
		t.Errorf("%.1f allocations a finding after four weeks, %.1f after two", after, before)
	}
	before, after = slices.Max(sizes[week:2*week]), slices.Max(sizes[3*week:])
	if after > 1.3*before || after > 200 {
		t.Errorf("%.0f bytes a finding after four weeks, %.0f after two", after, before)
	}
}

// The numbers are in docs/changes.md: a history of six weeks, of 1,000 hourly runs with
// about 1,200 findings each.
func BenchmarkAThousandRuns(b *testing.B) {
	const runs, workloads = 1000, 200
	d := Directory(b.TempDir())
	keep(b, d, 0, runs, workloads)
	next := hourly(runs, workloads)
	b.Run("Append", func(b *testing.B) {
		b.ReportMetric(float64(sizeOf(b, d))/runs, "B/run")
		for n := 0; b.Loop(); n++ {
			next.Metadata.CreationTimestamp = metav1.NewTime(start.Add((runs+1)*time.Hour + time.Duration(n)*time.Second))
			if err := d.Append(next); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Mark", func(b *testing.B) {
		for b.Loop() {
			if _, err := d.Mark(hourly(runs+1, workloads)); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, query := range map[string]Query{
		"All": {}, "Check": {Checks: []string{"check-03"}}, "Object": {Object: func(o api.Object) bool { return o.Name == "workload-0007" }},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.Tell(query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
