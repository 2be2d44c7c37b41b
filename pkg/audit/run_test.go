package audit

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// cluster returns an inventory of Deployments with one pod each in the namespace
// shop, in which everything was read.
func cluster(names ...string) *inventory.Inventory {
	inv := &inventory.Inventory{Name: "test", Scope: inventory.Scope{Namespaces: []string{"shop"}}}
	for _, name := range names {
		w := &inventory.Workload{Object: inventory.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: name}}
		w.Pods = []*inventory.Pod{{
			Object:       inventory.Object{APIVersion: "v1", Kind: "Pod", Namespace: "shop", Name: name + "-1"},
			PodException: &inventory.PodException{},
		}}
		inv.Workloads = append(inv.Workloads, w)
	}
	for _, r := range inventory.AllResources() {
		inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
	}
	return inv
}

// unread marks a resource as not read, with a state and a reason.
func unread(inv *inventory.Inventory, r inventory.Resource, state inventory.State, reason string) *inventory.Inventory {
	for i := range inv.Reads {
		if inv.Reads[i].Resource == r {
			inv.Reads[i].State, inv.Reads[i].Reason = state, reason
		}
	}
	return inv
}

func explaining(c *Check, ids ...string) *Check {
	c.Explains = ids
	return c
}

// failing returns a check that gives each workload its verdict from verdicts.
// Other workloads pass.
func failing(id string, severity api.Severity, verdicts map[string]Verdict, needs ...inventory.Resource) *Check {
	return &Check{ID: id, Severity: severity, Reads: Reads{Needs: needs}, Judge: Over(Workloads, func(_ *Pass, w *inventory.Workload) Verdict {
		if v, found := verdicts[w.Name]; found {
			return v
		}
		return Faults()
	})}
}

func faultIn(containers ...string) Verdict {
	var faults []Fault
	for _, c := range containers {
		faults = append(faults, Fault{Container: c, Message: "is wrong"})
	}
	return Faults(faults...)
}

func run1(inv *inventory.Inventory, checks ...*Check) *api.Report {
	return Run(inv, Options{Checks: checks, Now: now})
}

func TestOutcomes(t *testing.T) {
	web := func(v Verdict) map[string]Verdict { return map[string]Verdict{"web": v} }
	partial := func() *inventory.Inventory {
		inv := unread(cluster("cart", "web"), inventory.Pods, inventory.Partial, "timed out")
		for i := range inv.Reads {
			if inv.Reads[i].Resource == inventory.Pods {
				inv.Reads[i].Items, inv.Reads[i].Remaining = 2, 2
			}
		}
		return inv
	}
	for name, test := range map[string]struct {
		inv      *inventory.Inventory
		check    *Check
		outcome  api.Outcome
		reason   string
		coverage float64
	}{
		"pass":           {cluster("cart", "web"), failing("a", api.High, nil), api.Pass, "", 1},
		"fail":           {cluster("cart", "web"), failing("a", api.High, web(faultIn("app"))), api.Fail, "", 1},
		"not applicable": {cluster("web"), failing("a", api.High, web(NotApplicable())), api.NotApplicable, "", 1},
		"a subject unknown": {cluster("cart", "web"), failing("a", api.High, web(Unknown("owned by Kafka"))),
			api.Unknown, "owned by Kafka", 0.5},
		"a need forbidden": {unread(cluster("web"), inventory.Services, inventory.Unreadable, "forbidden"),
			failing("a", api.High, web(faultIn("app")), inventory.Services), api.Unknown, "services: forbidden", 0},
		"a need in part": {unread(cluster("web"), inventory.Services, inventory.Partial, "timed out"),
			failing("a", api.High, web(faultIn("app")), inventory.Services), api.Unknown, "services: read in part, timed out", 0},
		"subjects in part and fine": {partial(), failing("a", api.High, nil), api.Unknown, "pods: read in part, timed out", 0.937},
		"subjects in part, one bad": {partial(), failing("a", api.High, web(faultIn("app"))), api.Fail, "pods: read in part, timed out", 0.937},
		"no subject readable": {unread(cluster(), inventory.Pods, inventory.Unreadable, "forbidden"),
			failing("a", api.High, nil), api.Unknown, "pods: forbidden", 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := run1(test.inv, test.check)
			got := r.Checks[0]
			if got.Outcome != test.outcome || got.Reason != test.reason || r.Summary.Coverage != test.coverage {
				t.Errorf("%s, coverage %v; want %s %q %v", asJSON(got), r.Summary.Coverage, test.outcome, test.reason, test.coverage)
			}
		})
	}
}

// A workload without any known pod may run something other than its template.
func TestTemplatesAreNotJudgedWithoutPods(t *testing.T) {
	inv := unread(cluster("web"), inventory.Pods, inventory.Unreadable, "forbidden")
	inv.Workloads[0].Pods = nil
	r := run1(inv, failing("a", api.High, map[string]Verdict{"web": faultIn("app")}))
	if len(r.Findings) > 0 || r.Checks[0].Outcome != api.Unknown {
		t.Errorf("%s, findings %s", asJSON(r.Checks), asJSON(r.Findings))
	}
}

func TestDeletingAndStaticAreNotJudged(t *testing.T) {
	inv := cluster("deleting", "static")
	inv.Workloads[0].Deletion = &inventory.Deletion{At: now}
	inv.Workloads[1].Pods[0].PodException = &inventory.PodException{Mirror: true}
	r := run1(inv, failing("a", api.High, map[string]Verdict{"deleting": faultIn("a"), "static": faultIn("a")}))
	if len(r.Findings) > 0 || r.Checks[0].Outcome != api.NotApplicable {
		t.Errorf("%s, findings %s", asJSON(r.Checks), asJSON(r.Findings))
	}
}

func TestOneFindingPerSubject(t *testing.T) {
	r := run1(cluster("web"), failing("a", api.Medium, map[string]Verdict{"web": Faults(
		Fault{Container: "app", Message: "no limit", Fix: Fix{Advice: "set one", Command: Kubectl("x").Flag("-c", "app")}},
		Fault{Container: "proxy", Severity: api.High, Message: "killed", Evidence: api.Evidence{"exitCode": 137}, Since: now.Add(-time.Hour)},
		Fault{Container: "log", Message: "no limit", Since: now.Add(-2 * time.Hour), Fix: Fix{Advice: "set one", Command: Kubectl("x").Flag("-c", "log")}},
	)}))
	if len(r.Findings) != 1 {
		t.Fatalf("findings %s", asJSON(r.Findings))
	}
	f := r.Findings[0]
	if f.Severity != api.High || f.Message != "proxy: killed; app, log: no limit" || f.Object.Container != "" ||
		asJSON(f.Evidence) != `{"containers":["proxy","app","log"],"exitCode":137}` ||
		f.Fix != "set one: kubectl x -c app && kubectl x -c log" || !f.Since.Time.Equal(now.Add(-2*time.Hour)) {
		t.Errorf("finding %s", asJSON(f))
	}
}

// What is about one container names it only as the object, and what is about the whole
// subject names none.
func TestContainersInMessages(t *testing.T) {
	for want, faults := range map[string][]Fault{
		`{"message":"killed; slow","container":"app","evidence":null}`: {{Container: "app", Message: "killed"}, {Container: "app", Message: "slow"}},
		`{"message":"alone; app: killed; log: slow","container":"","evidence":["app","log"]}`: {
			{Message: "alone"}, {Container: "app", Message: "killed"}, {Container: "log", Message: "slow"}},
	} {
		f := run1(cluster("web"), failing("a", api.Medium, map[string]Verdict{"web": Faults(faults...)})).Findings[0]
		got := asJSON(struct {
			Message   string `json:"message"`
			Container string `json:"container"`
			Evidence  any    `json:"evidence"`
		}{f.Message, f.Object.Container, f.Evidence["containers"]})
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Nobody who owns a workload can change an injected container. What happens to it counts.
func TestInjectedContainers(t *testing.T) {
	faults := []Fault{{Message: "whole"}, {Container: "app", Message: "own"}, {Container: "proxy", Message: "injected"}}
	for name, test := range map[string]struct {
		live, injected bool
		want           string
	}{
		"a spec":          {false, false, "whole; own"},
		"what happens":    {true, false, "whole; app: own; proxy: injected"},
		"about injection": {false, true, "whole; app: own; proxy: injected"},
	} {
		inv := cluster("web")
		inv.Workloads[0].Templates = []*inventory.Template{{
			Injected: []string{"proxy"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}, {Name: "proxy"}}},
		}}
		check := failing("a", api.High, map[string]Verdict{"web": Faults(slices.Clone(faults)...)})
		check.Live, check.Injected = test.live, test.injected
		if got := run1(inv, check).Findings[0].Message; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// A fault rests on something that is absent, so all that could be there must have been
// read. Without a fault it does not matter.
func TestFaultsOfAbsence(t *testing.T) {
	for name, test := range map[string]struct {
		verdict Verdict
		want    api.Outcome
	}{"a fault": {faultIn(""), api.Unknown}, "none": {Faults(), api.Pass}} {
		check := failing("a", api.High, map[string]Verdict{"web": test.verdict})
		check.Reads.AbsentFrom = []inventory.Resource{inventory.Namespaces}
		if got := run1(unread(cluster("web"), inventory.Namespaces, inventory.Unreadable, "forbidden"), check).Checks[0]; got.Outcome != test.want {
			t.Errorf("%s: %s", name, asJSON(got))
		}
		if got := run1(cluster("web"), check).Checks[0]; got.Outcome == api.Unknown {
			t.Errorf("%s, all was read: %s", name, asJSON(got))
		}
	}
}

// No severity is lost on the way into the report.
func TestFindingsOfEachSeverity(t *testing.T) {
	var checks []*Check
	for _, severity := range api.Severities {
		for _, urgency := range api.Urgencies {
			check := failing(string(severity)+"-"+string(urgency), severity, map[string]Verdict{"web": faultIn("")})
			check.Urgency = urgency
			checks = append(checks, check)
		}
	}
	r := run1(cluster("web"), checks...)
	var got, want []string
	for _, f := range r.Findings {
		got = append(got, f.Check)
	}
	for _, c := range checks {
		want = append(want, c.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What could not be read matters only where nothing was found.
func TestFaultsUnless(t *testing.T) {
	for name, test := range map[string]struct {
		got  Verdict
		want api.Outcome
	}{
		"a fault":                  {FaultsUnless("pods: forbidden", Fault{}), api.Fail},
		"none, and something left": {FaultsUnless("pods: forbidden"), api.Unknown},
		"none":                     {FaultsUnless(""), api.Pass},
	} {
		if test.got.outcome != test.want {
			t.Errorf("%s: %s", name, test.got.outcome)
		}
	}
}

func TestFolding(t *testing.T) {
	web := func(containers ...string) map[string]Verdict {
		return map[string]Verdict{"web": faultIn(containers...)}
	}
	oom := explaining(failing("container-oom-killed", api.Critical, web("app")), "container-crash-looping", "container-restarting")
	loop := explaining(failing("container-crash-looping", api.Critical, web("app", "proxy")), "container-restarting")
	restarts := failing("container-restarting", api.High, web("app", "proxy", "log"))
	r := run1(cluster("web"), restarts, loop, oom)
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Check+" "+f.Object.Container+" "+strings.Join(f.Folded, ","))
	}
	want := []string{
		"container-oom-killed app container-crash-looping,container-restarting",
		"container-crash-looping proxy container-restarting",
		"container-restarting log ",
	}
	if asJSON(got) != asJSON([]string{want[0], want[1], want[2]}) && asJSON(got) != asJSON([]string{want[1], want[0], want[2]}) {
		t.Errorf("got %s", asJSON(got))
	}

	// A fault that is folded completely takes no points.
	loop = failing("container-crash-looping", api.Critical, web("app"))
	r = run1(cluster("web"), oom, loop)
	if *r.Summary.Score.Score != 50 || len(r.Findings) != 1 {
		t.Errorf("%s %s", asJSON(r.Summary), asJSON(r.Findings))
	}
	if c := r.Checks[1]; c.Outcome != api.Fail || c.Failed != 0 || c.Folded != 1 {
		t.Errorf("the folded check: %s", asJSON(c))
	}

	// A fault of the whole subject and one of a container can explain each other.
	runaway := explaining(failing("job-runaway", api.Critical, web("")), "job-failed")
	failed := failing("job-failed", api.High, web("app"))
	if r := run1(cluster("web"), runaway, failed); len(r.Findings) != 1 || r.Findings[0].Check != "job-runaway" {
		t.Errorf("%s", asJSON(r.Findings))
	}

	// A fault that is worse than its supposed cause has another cause.
	old := explaining(failing("container-oom-killed", api.Critical, map[string]Verdict{"web": Faults(Fault{Container: "app", Severity: api.Low})}),
		"container-crash-looping")
	if r := run1(cluster("web"), old, loop, restarts); len(r.Findings) != 3 {
		t.Errorf("%s", asJSON(r.Findings))
	}

	// Other subjects have other causes.
	r = run1(cluster("cart", "web"), oom, failing("container-crash-looping", api.Critical, map[string]Verdict{"cart": faultIn("app")}))
	if len(r.Findings) != 2 {
		t.Errorf("%s", asJSON(r.Findings))
	}
}

// The worst first. Among equals, those that fail now come before those that fail
// at the next event; then the order is by namespace, kind and name.
func TestOrderOfFindings(t *testing.T) {
	bad := map[string]Verdict{"cart": faultIn(""), "web": faultIn("")}
	check := func(id string, severity api.Severity, live bool, urgency api.Urgency) *Check {
		c := failing(id, severity, bad)
		c.Live, c.Urgency = live, urgency
		return c
	}
	over := failing("a-over", api.High, map[string]Verdict{"cart": Faults(Fault{Severity: api.Low})})
	over.Live = true
	r := run1(cluster("web", "cart"),
		check("a-costs", api.High, true, api.Later), check("b-written", api.High, false, ""),
		check("c-live", api.High, true, ""), check("d-live", api.Critical, true, api.NextEvent),
		check("e-written", api.High, false, api.Now), check("f-live", api.Low, true, ""),
		check("g-written", api.Low, false, ""), over)
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Check+" "+f.Object.Name)
	}
	want := []string{
		"d-live cart", "d-live web", "c-live cart", "e-written cart", "c-live web", "e-written web",
		"b-written cart", "b-written web", "a-costs cart", "a-costs web", "f-live cart", "f-live web",
		"g-written cart", "g-written web", "a-over cart",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestMinSeverity(t *testing.T) {
	verdicts := map[string]Verdict{"cart": Faults(Fault{Severity: api.Low, Message: "slight"}), "web": faultIn("")}
	r := Run(cluster("cart", "web"), Options{Checks: []*Check{failing("a", api.High, verdicts)}, Now: now, MinSeverity: api.Medium})
	if len(r.Findings) != 1 || r.Findings[0].Object.Name != "web" || *r.Summary.Score.Score != 92 {
		t.Errorf("%s %s", asJSON(r.Summary), asJSON(r.Findings))
	}
}

// A reader of JSON may go through all lists, even if there was nothing to judge.
func TestListsAreNeverNull(t *testing.T) {
	r := asJSON(run1(cluster(), failing("a", api.High, nil)))
	for _, list := range []string{"subjects", "findings", "suppressed", "incomplete"} {
		if !strings.Contains(r, `"`+list+`":[]`) {
			t.Errorf("%s is not an empty list: %s", list, r)
		}
	}
}

// The same input makes the same bytes, whatever order maps have.
func TestDeterministic(t *testing.T) {
	make := func() string {
		var names []string
		for i := range 50 {
			names = append(names, string(rune('a'+i%26))+string(rune('a'+i/26)))
		}
		verdicts := map[string]Verdict{}
		for _, name := range names {
			verdicts[name] = faultIn("x", "y")
		}
		return asJSON(run1(cluster(names...), failing("b", api.High, verdicts), failing("a", api.Low, verdicts)))
	}
	first := make()
	for range 20 {
		if make() != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestGate(t *testing.T) {
	r := run1(cluster("cart", "web"), failing("a", api.High, map[string]Verdict{"web": faultIn("")}))
	score := func(n int) *int { return &n }
	for name, test := range map[string]struct {
		gate  Gate
		unmet int
	}{
		"none":              {Gate{}, 0},
		"critical open":     {Gate{FailOn: api.Critical}, 0},
		"high open":         {Gate{FailOn: api.High}, 1},
		"low or worse open": {Gate{FailOn: api.Low}, 1},
		"score reached":     {Gate{MinScore: score(92)}, 0},
		"score missed":      {Gate{MinScore: score(93)}, 1},
		"both":              {Gate{FailOn: api.High, MinScore: score(100)}, 2},
	} {
		if got := test.gate.Unmet(r); len(got) != test.unmet {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := (Gate{MinScore: score(0)}).Unmet(run1(cluster(), failing("a", api.High, nil))); len(got) != 1 {
		t.Errorf("no score at all: %q", got)
	}
	complete := Gate{RequireComplete: true}
	if got := complete.Missing(r); len(got) > 0 {
		t.Errorf("all was read: %q", got)
	}
	for name, r := range map[string]*api.Report{
		"unreadable": run1(unread(cluster("web"), inventory.Pods, inventory.Unreadable, "forbidden"), failing("a", api.High, nil)),
		"partial":    run1(unread(cluster("web"), inventory.Pods, inventory.Partial, "timed out"), failing("a", api.High, nil)),
		"unknown":    run1(cluster("web"), failing("a", api.High, map[string]Verdict{"web": Unknown("why")})),
	} {
		if len(complete.Missing(r)) == 0 {
			t.Errorf("%s counts as complete", name)
		}
		if len(Gate{}.Missing(r)) > 0 {
			t.Errorf("%s: nobody asked", name)
		}
	}
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// The head of a report says what was audited.
func TestReportSaysWhatWasAudited(t *testing.T) {
	inv := cluster("web")
	inv.Nodes = []*inventory.Node{{}, {}}
	inv.Scope.Exclude, inv.Excluded = []string{"kube-*"}, []string{"kube-system"}
	check := failing("a", api.High, nil, inventory.Secrets)
	options := Options{Checks: []*Check{check}, Now: now}

	r := newReport(inv, options)
	if r.Cluster.Nodes == nil || *r.Cluster.Nodes != 2 {
		t.Errorf("nodes %v", r.Cluster.Nodes)
	}
	if r.Scope.AllNamespaces || !slices.Equal(r.Scope.Namespaces, []string{"shop"}) || r.Scope.LeftOut != nil {
		t.Errorf("scope of a namespace %+v", r.Scope)
	}
	inv.Scope.Namespaces = nil
	r = newReport(inv, options)
	if left := r.Scope.LeftOut; !r.Scope.AllNamespaces || left == nil || left.Namespaces != 1 || !slices.Equal(left.Patterns, []string{"kube-*"}) {
		t.Errorf("scope of all %+v", r.Scope)
	}
	inv.Scope.Exclude = nil
	if r = newReport(inv, options); r.Scope.LeftOut != nil {
		t.Errorf("nothing is left out: %+v", r.Scope.LeftOut)
	}
	if r = newReport(unread(inv, inventory.Nodes, inventory.Unreadable, "forbidden"), options); r.Cluster.Nodes != nil {
		t.Errorf("%d nodes, which were not read", *r.Cluster.Nodes)
	}
}

// Everything that was not read is listed, with a note if a part of it was.
// Secrets are listed only if they were requested.
func TestReportSaysWhatWasNotRead(t *testing.T) {
	for state, partial := range map[inventory.State]bool{inventory.Partial: true, inventory.Unreadable: false} {
		inv := unread(cluster("web"), inventory.Pods, state, "forbidden")
		inv.Reads = slices.DeleteFunc(inv.Reads, func(r inventory.Read) bool { return r.Resource == inventory.Secrets })
		r := newReport(inv, Options{Checks: []*Check{failing("a", api.High, nil, inventory.Secrets)}, Now: now})
		want := []api.Incomplete{{Resource: "pods", Namespace: "shop", Reason: "forbidden", Partial: partial}}
		if !slices.Equal(r.Incomplete, want) {
			t.Errorf("%s: %+v", state, r.Incomplete)
		}
	}
}
