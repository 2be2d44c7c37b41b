package pages

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

var now = time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)

// found returns reports with the documentation of all checks.
func found(reports ...*api.Report) printers.Found {
	f := printers.Found{Several: len(reports) > 1, Version: "v1.0.0"}
	for _, r := range reports {
		f.Items = append(f.Items, printers.ItemOf(r, 0))
	}
	for _, c := range checks.All() {
		f.Checks = append(f.Checks, checkdoc.Of(checks.All(), c))
	}
	return f
}

func newReport(name string) *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: name, CreationTimestamp: metav1.NewTime(now)}
	r.Tool.Version, r.Cluster.Version, r.Profile = "v1.0.0", "v1.36.3", "production"
	r.Scope.AllNamespaces = true
	r.Summary.Score.Grade, r.Summary.Coverage = "-", 1
	return r
}

func scored(score int, grade api.Grade) api.Score { return api.Score{Score: &score, Grade: grade} }

// terrible is a cluster with that many findings, of many checks in many
// namespaces.
func terrible(findings int) *api.Report {
	r := newReport("prod-eu")
	r.Summary.Score, r.Summary.CappedBy = scored(31, "F"), api.Critical
	r.Summary.Readiness = &api.Readiness{Ready: 12, Workloads: 640}
	r.Summary.Subjects = api.SubjectCounts{Workloads: 640, Services: 410, Nodes: 48, Namespaces: 40, Pods: 4210}
	r.Summary.Coverage = 0.871
	r.Gate = &api.Gate{FailOn: api.High, Unmet: []string{"a finding is high or worse: 812 critical, 1102 high"}}
	all := checks.All()
	for i := range 40 {
		n := api.Namespace{Name: fmt.Sprintf("team-%02d", i), Score: scored(5+2*i, "F"), Readiness: &api.Readiness{Ready: i % 4, Workloads: 16}}
		r.Namespaces = append(r.Namespaces, n)
	}
	for _, c := range all {
		r.Checks = append(r.Checks, api.Check{ID: c.ID, Category: c.Category.Name, Severity: c.Severity, Outcome: api.Fail, Judged: 640, Failed: 31})
	}
	for i := range findings {
		c := all[i*i%len(all)]
		severity := api.Severities[i*len(api.Severities)/findings]
		namespace := &r.Namespaces[i%len(r.Namespaces)]
		namespace.Findings.Add(severity)
		r.Summary.Findings.Add(severity)
		since := metav1.NewTime(now.Add(-time.Duration(i*7919%100000) * time.Second))
		r.Findings = append(r.Findings, api.Finding{
			Check: c.ID, Severity: severity, Since: &since, Fingerprint: fmt.Sprintf("%016x", i),
			Object:  api.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: namespace.Name, Name: fmt.Sprintf("workload-%d", i%640), Container: "app"},
			Message: fmt.Sprintf("%d of 5 pods: last termination was an OOM kill, %dm ago, at a limit of 256Mi; 12 restarts in 2h", i%5+1, i%60),
			Evidence: api.Evidence{
				"pods": 5, "of": 5, "limit": "256Mi", "exitCode": 137, "lastAt": "2026-11-21T02:26:00Z",
				"podNames": []string{"workload-7d9c-x2x", "workload-7d9c-k5q", "workload-7d9c-bz8"}, "podNodes": []string{"worker-1", "worker-7", "worker-9"},
			},
			Folded: []string{"container-restarting"},
			Fix:    fmt.Sprintf("raise the memory limit or fix the leak: kubectl -n %s set resources deployment/workload-%d -c app --limits=memory=512Mi", namespace.Name, i%640),
		})
	}
	for i, reason := range []string{"endpointslices.discovery.k8s.io: forbidden", "events: read in part, over budget"} {
		r.Checks[i].Outcome, r.Checks[i].Reason, r.Checks[i].Judged = api.Unknown, reason, 20*i
	}
	r.Incomplete = []api.Incomplete{
		{Resource: "endpointslices.discovery.k8s.io", Namespace: "team-03", Reason: "forbidden", Detail: `User "ops" cannot list resource "endpointslices"`},
		{Resource: "events", Reason: "over budget", Partial: true},
	}
	r.Namespaces = append(r.Namespaces, api.Namespace{Name: "quiet", Score: scored(100, "A")})
	exception := 0
	for i := range 3 {
		f := r.Findings[i]
		f.Fingerprint = fmt.Sprintf("%016x", findings+i)
		r.Suppressed = append(r.Suppressed, api.Suppressed{Finding: f, By: api.Suppression{
			Exception: &exception, Reason: "the vendor tags so; asked them in ticket 4711", Owner: "team-a", Expires: "2027-01-31",
		}})
	}
	r.Summary.Findings.Suppressed = len(r.Suppressed)
	r.Policy = &api.Policy{Config: ".prodcheck.yaml", Exceptions: []api.Exception{{
		ExceptionRule: api.ExceptionRule{Checks: []string{"job-runaway"}, Reason: "being rewritten", Expires: "2026-10-31"},
		Source:        ".prodcheck.yaml:20", State: api.ExceptionExpired, Matched: 3,
	}}}
	return r
}

// perfect is a cluster without faults, empty one without objects.
func perfect() *api.Report {
	r := newReport("staging")
	r.Summary.Score = scored(100, "A")
	r.Summary.Readiness = &api.Readiness{Ready: 9, Workloads: 9}
	r.Summary.Subjects = api.SubjectCounts{Workloads: 9, Services: 4, Nodes: 3, Namespaces: 2, Pods: 21}
	r.Gate = &api.Gate{FailOn: api.High, Holds: true}
	for _, name := range []string{"blog", "shop"} {
		r.Namespaces = append(r.Namespaces, api.Namespace{Name: name, Score: scored(100, "A"), Readiness: &api.Readiness{Ready: 4, Workloads: 4}})
	}
	for _, c := range checks.All() {
		r.Checks = append(r.Checks, api.Check{ID: c.ID, Category: c.Category.Name, Severity: c.Severity, Outcome: api.Pass, Judged: 9})
	}
	return r
}

// runs are daily audits before a report, which get worse, and some of another scope.
func runs(r *api.Report, days int) func() []api.Run {
	var all []api.Run
	for day := days; day > 0; day-- {
		run := api.Run{Scope: r.Scope, Score: scored(60+(day*37)%20-(days-day), "C"), Findings: api.Counts{Critical: 3 + (day*7)%5, High: 8 + (day*11)%7}}
		run.Name, run.CreationTimestamp = r.Metadata.Name, metav1.NewTime(now.Add(-time.Duration(day)*24*time.Hour))
		other := run
		other.Scope = api.Scope{Namespaces: []string{"other"}}
		all = append(all, run, other)
	}
	return func() []api.Run { return all }
}

// changed gives a report an earlier one: the first three findings are new, the next two worse.
func changed(r *api.Report) *api.Report {
	yesterday, longAgo := metav1.NewTime(now.Add(-24*time.Hour)), metav1.NewTime(now.Add(-41*24*time.Hour))
	r.Changes = &api.Changes{
		Earlier:      api.Origin{File: "main.json", Name: r.Metadata.Name, CreationTimestamp: yesterday},
		Counts:       api.ChangeCounts{New: api.Counts{Critical: 3}, Worse: api.Counts{Critical: 2}, Gone: api.Counts{High: 4}},
		Reservations: api.Reservations{Differences: []string{"profile: baseline before, now production"}},
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Change, f.FirstSeen = api.ChangeSame, &longAgo
		switch {
		case i < 3:
			f.Change, f.FirstSeen = api.ChangeNew, &r.Metadata.CreationTimestamp
		case i < 5:
			f.Change = api.ChangeWorse
		case i == 5:
			f.OpenSince, f.TimesGone = &yesterday, 4
		}
	}
	return r
}

func empty() *api.Report {
	r := newReport("new")
	r.Scope = api.Scope{Namespaces: []string{"void"}}
	return r
}
