package printers

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// judgedAt is the time of all reports.
var judgedAt = time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)

func newReport() *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: "prod-eu", CreationTimestamp: metav1.NewTime(judgedAt)}
	r.Profile = string(api.Production)
	r.Summary.Coverage = 1
	return r
}

func scored(score int, grade api.Grade) api.Score {
	return api.Score{Score: &score, Grade: grade}
}

// ago returns a time before the report.
func ago(d time.Duration) *metav1.Time {
	t := metav1.NewTime(judgedAt.Add(-d))
	return &t
}

func deployment(namespace, name, container string) api.Object {
	return api.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: namespace, Name: name, Container: container}
}

// shop is one namespace with many faults.
func shop() *api.Report {
	r := newReport()
	r.Scope.Namespaces = []string{"shop"}
	r.Summary.Score = scored(61, "D")
	r.Summary.Readiness = &api.Readiness{Ready: 31, Workloads: 42}
	r.Summary.Coverage = 0.964
	r.Summary.Subjects = api.SubjectCounts{Workloads: 42, Services: 17, Pods: 118, Namespaces: 1}
	r.Summary.Findings = api.Counts{Critical: 2, High: 2, Medium: 1, Suppressed: 6}
	r.Findings = []api.Finding{
		{
			Check: "container-oom-killed", Severity: api.Critical, Object: deployment("shop", "cart", "app"),
			Message: "4 of 5 pods: last termination was an OOM kill, 4m ago, at a limit of 256Mi; 12 restarts in 2h",
			Evidence: api.Evidence{
				"pods": 4, "of": 5, "lastAt": "2026-11-21T02:26:00Z", "limit": "256Mi", "restartsPerHour": 6.5,
				"podNames": []string{"cart-7d9c-x2x", "cart-7d9c-k5q", "cart-7d9c-bz8"}, "podNodes": []string{"worker-1", "worker-7", ""},
			},
			Since: ago(2 * time.Hour), Folded: []string{"container-crash-looping", "container-restarting"},
			Fix: "raise the memory limit or fix the leak: kubectl -n shop set resources deployment/cart -c app --limits=memory=512Mi",
		},
		{
			Check: "job-runaway", Severity: api.Critical,
			Object:   api.Object{APIVersion: "batch/v1", Kind: "CronJob", Namespace: "shop", Name: "nightly"},
			Message:  "148 pods failed in 6h (24/h); nothing stops it: backoffLimit 1000, no deadline",
			Evidence: api.Evidence{"failed": 148, "jobs": []string{"nightly-1", "nightly-2"}, "detail": "Job has failed"},
		},
		{
			Check: "image-tag-latest", Severity: api.High, Object: deployment("shop", "web", "nginx"),
			Message: "nginx:latest",
		},
		{
			Check: "service-endpoints-flapping", Severity: api.High,
			Object:  api.Object{APIVersion: "v1", Kind: "Service", Namespace: "shop", Name: "checkout"},
			Message: "41 endpoint changes in 4m; 2 pods lose readiness again and again",
			Since:   ago(4 * time.Minute),
		},
		{
			Check: "readiness-probe-missing", Severity: api.Medium,
			Object:  api.Object{APIVersion: "argoproj.io/v1alpha1", Kind: "Rollout", Namespace: "shop", Name: "search"},
			Message: "no readiness probe, but its pods are behind svc/search",
		},
	}
	r.Checks = []api.Check{
		{ID: "container-oom-killed", Outcome: api.Fail, Judged: 42, Failed: 1, Reason: "pods: read in part, timed out"},
		{ID: "job-runaway", Outcome: api.Fail, Judged: 3, Failed: 1},
		{ID: "service-endpoints-flapping", Outcome: api.Unknown, Reason: "endpointslices.discovery.k8s.io: forbidden"},
		{ID: "service-without-endpoints", Outcome: api.Unknown, Reason: "endpointslices.discovery.k8s.io: forbidden"},
	}
	r.Incomplete = []api.Incomplete{{Resource: "endpointslices.discovery.k8s.io", Namespace: "shop", Reason: "forbidden"}}
	return r
}

// cluster has many namespaces, and comes from files that also contain other
// kinds.
func cluster() *api.Report {
	r := newReport()
	r.Scope = api.Scope{AllNamespaces: true, Selector: "tier!=test"}
	r.Summary.Score = scored(88, "D")
	r.Summary.CappedBy = api.Critical
	r.Summary.Readiness = &api.Readiness{Ready: 229, Workloads: 238}
	r.Summary.Subjects = api.SubjectCounts{Workloads: 240, Services: 1, Pods: 1803, Nodes: 12, Namespaces: 14}
	r.Ignored = map[string]int{"Ingress": 3, "ConfigMap": 12, "Secret": 9, "Role": 2, "RoleBinding": 2}
	for i := range 14 {
		n := api.Namespace{Name: fmt.Sprintf("team-%02d", i), Score: scored(40+4*i, "F"), Findings: api.Counts{Critical: 1, Low: i}}
		n.Readiness = &api.Readiness{Ready: i, Workloads: 17}
		if i > 9 {
			n.Score = scored(93+i-10, "A")
			n.Findings = api.Counts{}
		}
		r.Namespaces = append(r.Namespaces, n)
		if i < 3 {
			r.Findings = append(r.Findings, api.Finding{
				Check: "container-oom-killed", Severity: api.Critical,
				Object:  deployment(n.Name, fmt.Sprintf("payments-gateway-%d", i), "app"),
				Message: "1 of 1 pods: last termination was an OOM kill, 4m ago, at a limit of 256Mi",
			})
		}
	}
	r.Findings = append(r.Findings, api.Finding{
		Check: "node-not-ready", Severity: api.High, Object: api.Object{APIVersion: "v1", Kind: "Node", Name: "worker-7"},
		Message: "NotReady for 12m",
	})
	r.Summary.Findings = api.Counts{Critical: 3, High: 1}
	for _, id := range []string{"pod-owner-missing", "job-failed", "job-runaway", "memory-limit-missing", "image-tag-latest"} {
		r.Checks = append(r.Checks, api.Check{ID: id, Outcome: api.Unknown, Reason: "jobs.batch: forbidden"})
	}
	for i := range 7 {
		r.Checks = append(r.Checks, api.Check{ID: fmt.Sprintf("check-%d", i), Outcome: api.Unknown, Reason: fmt.Sprintf("reason %d", i)})
	}
	r.Incomplete = []api.Incomplete{{Resource: "events", Reason: "over budget", Partial: true}}
	return r
}

// perfect is a namespace without faults.
func perfect() *api.Report {
	r := newReport()
	r.Scope.Namespaces = []string{"shop"}
	r.Summary.Score = scored(100, "A")
	r.Summary.Readiness = &api.Readiness{Ready: 1, Workloads: 1}
	r.Summary.Subjects = api.SubjectCounts{Workloads: 1, Services: 1, Pods: 1, Namespaces: 1}
	r.Checks = []api.Check{
		{ID: "container-oom-killed", Outcome: api.Pass, Judged: 1},
		{ID: "image-tag-latest", Outcome: api.Pass, Judged: 1},
		{ID: "job-failed", Outcome: api.NotApplicable},
	}
	return r
}

// empty is a namespace without objects.
func empty() *api.Report {
	r := newReport()
	r.Scope.Namespaces = []string{"void"}
	r.Summary.Score = api.Score{Grade: "-"}
	r.Checks = []api.Check{{ID: "job-failed", Outcome: api.NotApplicable}}
	return r
}

// unreadable is a namespace in which nothing may be listed.
func unreadable() *api.Report {
	r := empty()
	r.Summary.Coverage = 0
	r.Checks = nil
	for _, id := range []string{"container-oom-killed", "image-tag-latest", "pod-owner-missing", "memory-limit-missing", "job-failed"} {
		r.Checks = append(r.Checks, api.Check{ID: id, Outcome: api.Unknown, Reason: "pods: forbidden"})
	}
	r.Incomplete = []api.Incomplete{{Resource: "pods", Namespace: "void", Reason: "forbidden"}}
	return r
}

// several contains all kinds of clusters, unsorted.
func several() *api.ReportList {
	l := api.NewList()
	for _, named := range []struct {
		name string
		*api.Report
	}{
		{"prod-us", perfect()}, {"prod-eu", shop()}, {"arn:aws:eks:eu-west-1:123456789012:cluster/prod", cluster()}, {"staging", empty()},
	} {
		named.Metadata.Name = named.name
		l.Items = append(l.Items, named.Report)
	}
	l.Failed = []api.Failure{
		api.NewFailure("dead", "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?"),
		api.NewFailure("denied", "You must be logged in to the server (Unauthorized)"),
	}
	return l
}

// excepted is a cluster with a large policy.
func excepted() *api.Report {
	r := cluster()
	r.Scope.LeftOut = &api.LeftOut{Patterns: []string{"kube-system", "test-*"}, Namespaces: 3}
	exception := 0
	r.Suppressed = []api.Suppressed{
		{
			Finding: api.Finding{
				Check: "image-tag-latest", Severity: api.High, Object: deployment("legacy", "vendor-gateway", "app"),
				Message: "vendor/gateway:latest: tag latest, no digest",
			},
			By: api.Suppression{Exception: &exception, Reason: "the vendor tags so; asked them in ticket 4711", Owner: "team-a", Expires: "2027-01-31"},
		},
		{
			Finding: api.Finding{Check: "replicas-single", Severity: api.Medium, Object: deployment("trial", "web", ""), Message: "1 replica"},
			By:      api.Suppression{Annotation: &api.Object{APIVersion: "v1", Kind: "Namespace", Name: "trial"}},
		},
	}
	r.Summary.Findings.Suppressed = len(r.Suppressed)
	rule := func(check, reason string) api.ExceptionRule {
		return api.ExceptionRule{Checks: []string{check}, Reason: reason, Expires: "2026-10-31"}
	}
	r.Policy = &api.Policy{
		Config: ".prodcheck.yaml",
		Exceptions: []api.Exception{
			{ExceptionRule: rule("image-tag-latest", "the vendor tags so"), Source: ".prodcheck.yaml:14", State: api.ExceptionActive, Matched: 1},
			{ExceptionRule: rule("job-runaway", "being rewritten"), Source: ".prodcheck.yaml:20", State: api.ExceptionExpired, Matched: 3},
			{ExceptionRule: rule("job-failed", "being rewritten"), Source: ".prodcheck.yaml:26", State: api.ExceptionExpired},
			{ExceptionRule: rule("pod-pending", "waits for a volume"), Source: ".prodcheck.yaml:30", State: api.ExceptionUnused},
			{ExceptionRule: rule("pod-unready", "known"), Source: ".prodcheck.yaml:36", State: api.ExceptionNotJudged, Detail: "pod-unready did not run"},
		},
		Annotations: &api.Annotations{Objects: 9, Unread: "forbidden"},
	}
	for i := range 8 {
		r.Policy.Annotations.Problems = append(r.Policy.Annotations.Problems, api.AnnotationProblem{
			Object: deployment("shop", fmt.Sprintf("web-%d", i), ""), Problem: `unknown check "image-tag-lates"`,
		})
	}
	return r
}

// compared is a namespace whose findings are compared with those of a baseline, and known by
// a history.
func compared() *api.Report {
	r := shop()
	earlier := ago(41 * 24 * time.Hour)
	for i := range r.Findings {
		r.Findings[i].Change, r.Findings[i].FirstSeen = api.ChangeSame, earlier
	}
	r.Findings[0].Change, r.Findings[0].FirstSeen = api.ChangeNew, ago(0)
	r.Findings[1].Change = api.ChangeWorse
	r.Findings[3].OpenSince, r.Findings[3].TimesGone = ago(4*time.Hour), 3
	r.Findings[4].Change = api.ChangeUnknown
	r.Changes = &api.Changes{
		Earlier: api.Origin{File: "main.json", Name: "prod-eu", CreationTimestamp: *ago(50 * time.Hour)},
		Counts:  api.ChangeCounts{New: api.Counts{Critical: 1}, Worse: api.Counts{Critical: 1}, Gone: api.Counts{High: 2, Low: 3}, Unknown: api.Counts{Medium: 1}},
	}
	r.Changes.Renamed = []api.Rename{{From: deployment("shop", "catalog", ""), To: deployment("shop", "shop-catalog", "")}}
	r.Changes.NotCompared = []api.NotCompared{{Reason: "the earlier report did not run the check", Findings: 1}}
	for _, id := range []string{"a", "b", "c", "d"} {
		r.Changes.Differences = append(r.Changes.Differences, "severity of check-"+id+": high before, now low")
	}
	r.Changes.Differences = append([]string{"profile: baseline before, now production", "version: v0.1.0 before, now v0.2.0"}, r.Changes.Differences...)
	return r
}

// yesterday is a namespace with a run of a day before in its history.
func yesterday() *api.Report {
	r := perfect()
	r.Changes = &api.Changes{Earlier: api.Origin{Name: "prod-eu", CreationTimestamp: *ago(24 * time.Hour)}}
	return r
}
