package compare_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

var yesterday = time.Date(2026, 11, 20, 2, 30, 0, 0, time.UTC)

func deployment(name string) api.Object {
	return api.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: name}
}

// report returns a report of a namespace with a web and a cart, which two checks
// judged.
func report(findings ...api.Finding) *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: "prod", CreationTimestamp: metav1.NewTime(yesterday)}
	r.Tool.Version, r.Profile, r.Scope.Namespaces = "v1.0.0", "production", []string{"shop"}
	r.Checks = []api.Check{
		{ID: "image-tag-latest", Severity: api.High, Outcome: api.Pass, Judged: 2},
		{ID: "pod-unready", Severity: api.High, Outcome: api.Pass, Judged: 2},
	}
	r.Subjects = []api.Subject{{Object: deployment("cart")}, {Object: deployment("web")}}
	r.Findings = findings
	return r
}

func finding(check string, severity api.Severity, object api.Object) api.Finding {
	return api.Finding{Check: check, Severity: severity, Object: object, Fingerprint: api.Fingerprint(check, object)}
}

// later returns a changed report of the next day.
func later(r *api.Report, change func(*api.Report)) *api.Report {
	r.Metadata.CreationTimestamp = metav1.NewTime(yesterday.AddDate(0, 0, 1))
	if change != nil {
		change(r)
	}
	return r
}

// texts formats the differences of findings: CHANGE CHECK OBJECT: WHY.
func texts(d *api.ReportDiff) string {
	var all []string
	for _, item := range d.Items {
		for _, f := range item.Findings {
			all = append(all, textOf(f))
		}
	}
	return strings.Join(all, "\n")
}

func textOf(f api.FindingDiff) string {
	text := string(f.Change) + " " + f.Check + " " + f.Object.Name
	if f.OldSeverity != "" {
		text += " was " + string(f.OldSeverity)
	}
	if f.Why != "" {
		text += ": " + f.Why
	}
	return text
}

func TestDiff(t *testing.T) {
	latest, unready := "image-tag-latest", "pod-unready"
	web, cart := deployment("web"), deployment("cart")
	for name, test := range map[string]struct {
		old, new *api.Report
		want     string
	}{
		"nothing":    {report(), later(report(), nil), ""},
		"the same":   {report(finding(latest, api.High, web)), later(report(finding(latest, api.High, web)), nil), ""},
		"a new one":  {report(), later(report(finding(latest, api.High, web)), nil), "new image-tag-latest web"},
		"one gone":   {report(finding(latest, api.High, web)), later(report(), nil), "gone image-tag-latest web"},
		"one worse":  {report(finding(latest, api.Low, web)), later(report(finding(latest, api.High, web)), nil), "worse image-tag-latest web was low"},
		"one better": {report(finding(latest, api.High, web)), later(report(finding(latest, api.Low, web)), nil), "better image-tag-latest web was high"},
		"the worst comes first": {
			report(finding(unready, api.Critical, cart)),
			later(report(finding(latest, api.Low, cart), finding(latest, api.High, web), finding(unready, api.Critical, web)), nil),
			"new pod-unready web\nnew image-tag-latest web\nnew image-tag-latest cart\ngone pod-unready cart",
		},
		"a message, its evidence and a version of the API change nothing": {
			report(finding(latest, api.High, web)),
			later(report(finding(latest, api.High, web)), func(r *api.Report) {
				r.Findings[0].Message, r.Findings[0].Evidence = "3 of 9 pods", api.Evidence{"podNames": []string{"web-x"}}
				r.Findings[0].Object.APIVersion, r.Subjects[1].APIVersion = "apps/v1beta1", "apps/v1beta1"
			}), "",
		},
		"a workload that was not there": {
			report(), later(report(finding(latest, api.High, deployment("new"))), func(r *api.Report) {
				r.Subjects = append(r.Subjects, api.Subject{Object: deployment("new")})
			}), "new image-tag-latest new",
		},
		"a workload that is not there any more": {
			report(finding(latest, api.High, web)), later(report(), func(r *api.Report) { r.Subjects = r.Subjects[:1] }),
			"gone image-tag-latest web: there is no such Deployment now",
		},
		"a check that nobody asked for": {
			later(report(), func(r *api.Report) { r.Checks = r.Checks[:1] }), later(report(finding(unready, api.High, web)), nil),
			"unknown pod-unready web: the earlier report did not run the check",
		},
		"a check that could judge nothing": {
			report(finding(unready, api.High, web)),
			later(report(), func(r *api.Report) { r.Checks[1].Outcome, r.Checks[1].Reason = api.Unknown, "pods: forbidden" }),
			"unknown pod-unready web: the later report: pods: forbidden",
		},
		"a check that could judge a part": {
			later(report(finding(unready, api.High, cart)), func(r *api.Report) { r.Checks[1].Unknown, r.Checks[1].Reason = 1, "pods: timed out" }),
			later(report(finding(unready, api.High, cart), finding(unready, api.High, web)), nil),
			"unknown pod-unready web: the earlier report: pods: timed out",
		},
		"a workload that was not there when a check could judge a part": {
			later(report(), func(r *api.Report) { r.Checks[1].Unknown, r.Checks[1].Reason = 1, "pods: timed out" }),
			later(report(finding(unready, api.High, deployment("new"))), nil),
			"new pod-unready new",
		},
		"deployments that could not be listed": {
			later(report(), func(r *api.Report) {
				r.Incomplete = []api.Incomplete{{Resource: "deployments.apps", Namespace: "shop", Reason: "forbidden"}}
			}),
			later(report(finding(latest, api.High, deployment("new")), finding(latest, api.High, web)), nil),
			"new image-tag-latest web\nunknown image-tag-latest new: the earlier report: deployments.apps: forbidden",
		},
		"Deployments of another namespace that could not be listed": {
			later(report(), func(r *api.Report) {
				r.Incomplete = []api.Incomplete{{Resource: "deployments.apps", Namespace: "billing", Reason: "forbidden"}}
			}),
			later(report(finding(latest, api.High, deployment("new"))), nil), "new image-tag-latest new",
		},
		"pods that could not be listed": {
			later(report(), func(r *api.Report) { r.Incomplete = []api.Incomplete{{Resource: "pods", Reason: "forbidden"}} }),
			later(report(finding(latest, api.High, deployment("new"))), nil), "unknown image-tag-latest new: the earlier report: pods: forbidden",
		},
		"services that could not be listed": {
			later(report(), func(r *api.Report) { r.Incomplete = []api.Incomplete{{Resource: "services", Reason: "forbidden"}} }),
			later(report(finding(latest, api.High, deployment("new"))), nil), "new image-tag-latest new",
		},
		"files, which have no scope": {
			later(report(), func(r *api.Report) { r.Scope = api.Scope{} }),
			later(report(finding(latest, api.High, deployment("new"))), func(r *api.Report) { r.Scope = api.Scope{} }), "new image-tag-latest new",
		},
		"a wider scope": {
			report(), later(report(finding(latest, api.High, api.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "billing", Name: "api"})), func(r *api.Report) {
				r.Scope = api.Scope{AllNamespaces: true}
			}), "unknown image-tag-latest api: the earlier report has only namespace shop",
		},
		"a narrower scope": {
			later(report(finding(latest, api.High, api.Object{APIVersion: "v1", Kind: "Node", Name: "n1"})), func(r *api.Report) {
				r.Scope = api.Scope{AllNamespaces: true}
			}), later(report(), nil), "unknown image-tag-latest n1: the later report has only namespace shop",
		},
		"a selector": {
			later(report(), func(r *api.Report) { r.Scope.Selector = "app=web"; r.Subjects = r.Subjects[1:] }),
			later(report(finding(latest, api.High, cart), finding(latest, api.High, web)), nil),
			"new image-tag-latest web\nunknown image-tag-latest cart: the earlier report has only objects that match app=web",
		},
		"objects by name": {
			later(report(), func(r *api.Report) { r.Scope.Objects, r.Subjects = []string{"deployment.apps/web"}, r.Subjects[1:] }),
			later(report(finding(latest, api.High, cart), finding(latest, api.High, web)), nil),
			"new image-tag-latest web\nunknown image-tag-latest cart: the earlier report has only deployment.apps/web",
		},
		"only now a selector": {
			report(), later(report(finding(latest, api.High, deployment("new"))), func(r *api.Report) { r.Scope.Selector = "app=new" }),
			"new image-tag-latest new",
		},
		"only now objects by name": {
			report(), later(report(finding(latest, api.High, deployment("new"))), func(r *api.Report) { r.Scope.Objects = []string{"deployment.apps/new"} }),
			"new image-tag-latest new",
		},
		"namespaces that are left out": {
			later(report(), func(r *api.Report) {
				r.Scope, r.Subjects = api.Scope{AllNamespaces: true, LeftOut: &api.LeftOut{Patterns: []string{"sh*"}}}, nil
			}),
			later(report(finding(latest, api.High, web)), func(r *api.Report) { r.Scope = api.Scope{AllNamespaces: true} }),
			"unknown image-tag-latest web: the earlier report leaves out namespace shop",
		},
		"other namespaces that are left out": {
			later(report(), func(r *api.Report) {
				r.Scope, r.Subjects = api.Scope{AllNamespaces: true, LeftOut: &api.LeftOut{Patterns: []string{"kube-*", "["}}}, nil
			}),
			later(report(finding(latest, api.High, web)), func(r *api.Report) { r.Scope = api.Scope{AllNamespaces: true} }),
			"new image-tag-latest web",
		},
		"a least severity": {
			later(report(), func(r *api.Report) { r.Policy = &api.Policy{MinSeverity: api.High} }),
			later(report(finding(latest, api.Low, web), finding(unready, api.High, web)), nil),
			"new pod-unready web\nunknown image-tag-latest web: the earlier report has nothing below high",
		},
		"other options": {
			later(report(), func(r *api.Report) { r.Settings = map[string]string{"pod-unready.grace": "30m"} }),
			later(report(finding(unready, api.High, web)), nil),
			"unknown pod-unready web: the earlier report was judged with other options: grace=30m",
		},
		"what was suppressed": {
			later(report(), func(r *api.Report) { r.Suppressed = []api.Suppressed{{Finding: finding(latest, api.High, web)}} }),
			later(report(finding(latest, api.High, web)), nil), "new image-tag-latest web: it was suppressed",
		},
		"what is suppressed now": {
			report(finding(latest, api.High, web)),
			later(report(), func(r *api.Report) { r.Suppressed = []api.Suppressed{{Finding: finding(latest, api.High, web)}} }),
			"gone image-tag-latest web: it is suppressed now",
		},
		"another check that names the cause": {
			report(finding(unready, api.High, web)),
			later(report(finding(latest, api.High, web)), func(r *api.Report) { r.Findings[0].Folded = []string{unready} }),
			"new image-tag-latest web",
		},
		"the cause is fixed and the rest is not": {
			later(report(finding(latest, api.High, web)), func(r *api.Report) { r.Findings[0].Folded = []string{unready} }),
			later(report(finding(unready, api.High, web)), nil), "gone image-tag-latest web",
		},
		"a file that could not be read": {
			later(report(), func(r *api.Report) { r.NotRead = []api.NotRead{{File: "a.yaml", Reason: "empty"}} }),
			later(report(finding(latest, api.High, deployment("new"))), nil),
			"unknown image-tag-latest new: the earlier report does not cover a.yaml, which could not be read",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts(compare.Of(test.old, test.new).Diff()); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestBecame(t *testing.T) {
	open, gone := finding("image-tag-latest", api.Low, deployment("web")), finding("pod-unready", api.High, deployment("web"))
	c := compare.Of(report(open, gone), later(report(finding("image-tag-latest", api.High, deployment("web"))), nil))
	for want, f := range map[api.Change]*api.Finding{api.ChangeWorse: &open, api.ChangeGone: &gone} {
		if got := c.Became(f); got != want {
			t.Errorf("%s became %s, want %s", f.Check, got, want)
		}
	}
}

// running adds what workloads run, in the order of reports.
func running(r *api.Report, templates ...string) *api.Report {
	r.Subjects = nil
	for _, text := range templates {
		name, template, _ := strings.Cut(text, "=")
		r.Subjects = append(r.Subjects, api.Subject{Object: deployment(name), Template: template})
	}
	return r
}

func TestRenamed(t *testing.T) {
	latest, unready := "image-tag-latest", "pod-unready"
	of := func(check, name string) api.Finding { return finding(check, api.High, deployment(name)) }
	for name, test := range map[string]struct {
		old, new *api.Report
		want     string
		renamed  string
	}{
		"a new name": {
			running(report(of(latest, "web")), "web=a"), running(later(report(of(latest, "shop")), nil), "shop=a"), "", "web shop",
		},
		"a new name, with a new fault and without an old one": {
			running(report(of(latest, "web")), "web=a"), running(later(report(of(unready, "shop")), nil), "shop=a"),
			"new pod-unready shop\ngone image-tag-latest shop", "web shop",
		},
		"another template": {
			running(report(of(latest, "web")), "web=a"), running(later(report(of(latest, "shop")), nil), "shop=b"),
			"new image-tag-latest shop\ngone image-tag-latest web: there is no such Deployment now", "",
		},
		"a copy": {
			running(report(of(latest, "web")), "web=a"), running(later(report(of(latest, "shop"), of(latest, "web")), nil), "shop=a", "web=a"),
			"new image-tag-latest shop", "",
		},
		"two of one kind, and one more": {
			running(report(of(latest, "run-1"), of(latest, "run-2")), "run-1=a", "run-2=a"),
			running(later(report(of(latest, "run-3"), of(latest, "run-4"), of(latest, "run-5")), nil), "run-3=a", "run-4=a", "run-5=a"),
			"new image-tag-latest run-5", "run-1 run-3, run-2 run-4",
		},
		"what the earlier report did not cover": {
			later(running(report(of(latest, "web")), "web=a"), func(r *api.Report) {
				r.Incomplete = []api.Incomplete{{Resource: "deployments.apps", Reason: "timed out"}}
			}),
			running(later(report(of(latest, "shop")), nil), "shop=a"),
			"unknown image-tag-latest shop: the earlier report: deployments.apps: timed out\ngone image-tag-latest web: there is no such Deployment now", "",
		},
		"what was suppressed": {
			later(running(report(), "web=a"), func(r *api.Report) { r.Suppressed = []api.Suppressed{{Finding: of(latest, "web")}} }),
			running(later(report(of(latest, "shop")), nil), "shop=a"), "new image-tag-latest shop: it was suppressed", "web shop",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := compare.Of(test.old, test.new).Diff()
			if got := texts(d); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			var renamed []string
			for _, r := range d.Renamed {
				renamed = append(renamed, r.From.Name+" "+r.To.Name)
			}
			if got := strings.Join(renamed, ", "); got != test.renamed {
				t.Errorf("renamed: %s, want %s", got, test.renamed)
			}
		})
	}
}

// The scores of a renamed workload are those of one subject.
func TestScoresOfRenamed(t *testing.T) {
	score := func(r *api.Report, score int) *api.Report {
		r.Subjects[0].Score = &score
		return r
	}
	d := compare.Of(
		score(running(report(), "web=a"), 100),
		score(running(later(report(finding("pod-unready", api.High, deployment("shop"))), nil), "shop=a"), 85),
	).Diff()
	if len(d.Items) != 1 || d.Items[0].OldScore == nil || *d.Items[0].OldScore != 100 || *d.Items[0].NewScore != 85 {
		t.Errorf("%+v", d.Items)
	}
}

// A finding that is new in one direction is gone in the other, and one that is
// unknown stays unknown.
func TestDiffIsSymmetric(t *testing.T) {
	one := report(finding("image-tag-latest", api.High, deployment("web")), finding("pod-unready", api.High, deployment("cart")))
	two := later(report(finding("image-tag-latest", api.Low, deployment("web")), finding("pod-unready", api.High, deployment("web"))), nil)
	there, back := compare.Of(one, two).Diff().Counts, compare.Of(two, one).Diff().Counts
	if there.New != back.Gone || there.Gone != back.New || there.Better.Total() != back.Worse.Total() {
		t.Errorf("there %+v, back %+v", there, back)
	}
	if there.New.High != 1 || there.Gone.High != 1 || there.Better.Low != 1 {
		t.Errorf("%+v", there)
	}
}

func TestDifferences(t *testing.T) {
	before := report()
	before.Checks = append(before.Checks, api.Check{ID: "old"})
	now := later(report(), func(r *api.Report) {
		r.Metadata.Name, r.Tool.Version, r.Profile, r.Scope = "other", "v1.1.0", "strict", api.Scope{AllNamespaces: true}
		r.Settings = map[string]string{"pod-unready.grace": "30m"}
		r.Checks[0].Severity = api.Low
		for _, id := range []string{"e", "d", "c", "b"} {
			r.Checks = append(r.Checks, api.Check{ID: id})
		}
	})
	want := `cluster: prod before, now other
scope: shop before, now all namespaces
profile: production before, now strict
version: v1.0.0 before, now v1.1.0
checked only now: b, c, d, and 1 more
checked only before: old
severity of image-tag-latest: high before, now low
options of pod-unready: defaults before, now grace=30m`
	if got := strings.Join(compare.Of(before, now).Differences(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	now = report()
	for _, id := range []string{"d", "c", "b"} {
		now.Checks = append(now.Checks, api.Check{ID: id})
	}
	if got := compare.Of(report(), now).Differences(); !slices.Equal(got, []string{"checked only now: b, c, d"}) {
		t.Errorf("got %q", got)
	}
	if same := compare.Of(report(), report()).Differences(); len(same) > 0 {
		t.Errorf("%q", same)
	}
}

func TestMarks(t *testing.T) {
	web, cart := deployment("web"), deployment("cart")
	before := report(finding("image-tag-latest", api.High, web), finding("pod-unready", api.High, cart))
	first := metav1.NewTime(yesterday.AddDate(0, 0, -40))
	before.Findings[0].FirstSeen = &first
	now := later(report(finding("image-tag-latest", api.High, web), finding("image-tag-latest", api.High, cart)), nil)
	c := compare.Of(before, now)
	c.Mark()
	c.MarkFirstSeen()
	compare.NewFirst(now)
	if f := now.Findings[0]; f.Object.Name != "cart" || f.Change != api.ChangeNew || !f.FirstSeen.Equal(&now.Metadata.CreationTimestamp) {
		t.Errorf("%+v", f)
	}
	if f := now.Findings[1]; f.Object.Name != "web" || f.Change != api.ChangeSame || !f.FirstSeen.Equal(&first) {
		t.Errorf("%+v", f)
	}
	if counts := now.Changes.Counts; counts.New.High != 1 || counts.Gone.High != 1 || counts.Worse.Total()+counts.Better.Total()+counts.Unknown.Total() > 0 {
		t.Errorf("%+v", counts)
	}
	compare.Gate(now, api.Critical)
	if !now.Gate.Holds {
		t.Errorf("%+v", now.Gate)
	}
	compare.Gate(now, api.Medium)
	if want := "1 new high, nothing new may be medium or worse"; now.Gate.Holds || now.Gate.Unmet[0] != want {
		t.Errorf("%+v, want %q", now.Gate, want)
	}
}

// What could not be judged before is no news, and is missing where everything is required.
func TestGateOfWhatCannotBeCompared(t *testing.T) {
	before := later(report(), func(r *api.Report) { r.Checks[1].Unknown, r.Checks[1].Reason = 1, "pods: timed out" })
	now := later(report(finding("pod-unready", api.High, deployment("web")), finding("pod-unready", api.Low, deployment("cart"))), nil)
	compare.Of(before, now).Mark()
	if want := []api.NotCompared{{Reason: "the earlier report: pods: timed out", Findings: 2}}; !slices.Equal(now.Changes.NotCompared, want) {
		t.Errorf("%+v", now.Changes.NotCompared)
	}
	for _, test := range []struct {
		complete bool
		least    api.Severity
		holds    bool
		missing  string
	}{
		{false, api.High, true, ""},
		{true, api.Critical, true, ""},
		{true, api.High, false, "1 finding that is high or worse cannot be compared"},
		{true, api.Low, false, "2 findings that are low or worse cannot be compared"},
	} {
		now.Gate = &api.Gate{RequireComplete: test.complete, Holds: true}
		compare.Gate(now, test.least)
		if got := strings.Join(now.Gate.Missing, ""); now.Gate.Holds != test.holds || got != test.missing || len(now.Gate.Unmet) > 0 {
			t.Errorf("%+v: %+v", test, now.Gate)
		}
	}
}
