package metrics

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var judgedAt = time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)

func newReport(name string) *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: name, CreationTimestamp: metav1.NewTime(judgedAt)}
	r.Tool.Version = "v0.1.0"
	r.Summary.Coverage = 1
	return r
}

func scored(score int) api.Score { return api.Score{Score: &score, Grade: "D"} }

func ago(d time.Duration) *metav1.Time {
	t := metav1.NewTime(judgedAt.Add(-d))
	return &t
}

func finding(check string, severity api.Severity, kind, namespace, name string, since *metav1.Time) api.Finding {
	return api.Finding{
		Check: check, Severity: severity, Since: since,
		Object: api.Object{APIVersion: "v1", Kind: kind, Namespace: namespace, Name: name},
	}
}

// shop contains some of everything.
func shop() *api.Report {
	r := newReport("prod-eu")
	r.Summary.Score = scored(61)
	r.Summary.Readiness = &api.Readiness{Ready: 31, Workloads: 42}
	r.Summary.Coverage = 0.964
	r.Summary.Subjects = api.SubjectCounts{Workloads: 42, Services: 17, Pods: 118, Nodes: 3, Namespaces: 2}
	r.Summary.Findings = api.Counts{Critical: 3, High: 2, Low: 1, Suppressed: 6}
	r.Namespaces = []api.Namespace{
		{Name: "shop", Score: scored(58), Findings: api.Counts{Critical: 2, High: 2}},
		{Name: "void", Score: api.Score{Grade: "-"}, Findings: api.Counts{Low: 1}},
	}
	r.Checks = []api.Check{
		{ID: "container-oom-killed", Outcome: api.Fail},
		{ID: "job-failed", Outcome: api.Pass},
		{ID: "service-endpoints-flapping", Outcome: api.Unknown},
		{ID: "service-without-endpoints", Outcome: api.Unknown},
	}
	r.Findings = []api.Finding{
		finding("container-crash-looping", api.Critical, "Deployment", "shop", "worker", nil),
		finding("container-oom-killed", api.Critical, "Deployment", "shop", "cart", ago(2*time.Hour)),
		finding("node-not-ready", api.Critical, "Node", "", "worker-7", ago(time.Minute)),
		finding("image-tag-latest", api.High, "Deployment", "shop", "web", nil),
		finding("image-tag-latest", api.High, "Deployment", "shop", "cart", nil),
		finding("namespace-without-quota", api.Low, "Namespace", "", "void", nil),
	}
	r.Incomplete = []api.Incomplete{
		{Resource: "endpointslices.discovery.k8s.io", Namespace: "shop", Reason: "forbidden"},
		{Resource: "endpointslices.discovery.k8s.io", Namespace: "void", Reason: "forbidden"},
		{Resource: "events", Reason: "over budget", Partial: true},
	}
	return r
}

// changed is a cluster with a history.
func changed() *api.Report {
	r := newReport("prod-eu")
	r.Summary.Score = scored(61)
	r.Changes = &api.Changes{Counts: api.ChangeCounts{
		New: api.Counts{Critical: 2, Low: 1}, Worse: api.Counts{High: 1}, Gone: api.Counts{High: 5}, Unknown: api.Counts{Medium: 3},
	}}
	for _, age := range []time.Duration{24 * time.Hour, 41 * 24 * time.Hour, time.Hour} {
		f := finding("image-tag-latest", api.High, "Deployment", "shop", age.String(), nil)
		f.FirstSeen = ago(age)
		r.Findings = append(r.Findings, f)
	}
	// Since it came back, it is the newest.
	r.Findings[1].OpenSince = ago(time.Minute)
	return r
}

// void is a cluster in which nothing was judged.
func void() *api.Report {
	r := newReport("void")
	r.Summary.Score.Grade = "-"
	r.Summary.Coverage = 0
	return r
}

// huge contains more of everything than there are series.
func huge() *api.Report {
	r := newReport("huge")
	r.Summary.Score = scored(50)
	for i := range 1000 {
		namespace := fmt.Sprintf("team-%03d", i)
		counts := api.Counts{High: 83}
		severity := func(int) api.Severity { return api.High }
		// The most critical namespace has the best score.
		if i == 999 {
			counts = api.Counts{Critical: 83}
			severity = func(int) api.Severity { return api.Critical }
		}
		r.Namespaces = append(r.Namespaces, api.Namespace{Name: namespace, Score: scored(i / 10), Findings: counts})
		for check := range 83 {
			r.Findings = append(r.Findings, finding(fmt.Sprintf("check-%02d", check), severity(check), "Deployment", namespace, "web",
				ago(time.Duration(check)*time.Minute)))
		}
	}
	return r
}
