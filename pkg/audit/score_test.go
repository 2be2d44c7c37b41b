package audit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A namespace has two Deployments, and one of them fails.
func TestScore(t *testing.T) {
	bad := map[string]Verdict{"web": faultIn("")}
	for name, test := range map[string]struct {
		checks       []*Check
		score, ready int
		grade        api.Grade
		cappedBy     api.Severity
	}{
		"nothing found":               {[]*Check{failing("a", api.High, nil)}, 100, 2, "A", ""},
		"critical":                    {[]*Check{failing("a", api.Critical, bad)}, 75, 1, "D", api.Critical},
		"high":                        {[]*Check{failing("a", api.High, bad)}, 92, 1, "B", api.High},
		"medium":                      {[]*Check{failing("a", api.Medium, bad)}, 97, 2, "A", ""},
		"low, rounded down":           {[]*Check{failing("a", api.Low, bad)}, 99, 2, "A", ""},
		"info":                        {[]*Check{failing("a", api.Info, bad)}, 100, 2, "A", ""},
		"a sum":                       {[]*Check{failing("a", api.High, bad), failing("b", api.High, bad), failing("c", api.Medium, bad)}, 82, 1, "B", ""},
		"not below 0":                 {[]*Check{failing("a", api.Critical, bad), failing("b", api.Critical, bad), failing("c", api.High, bad)}, 50, 1, "F", ""},
		"of the fault, not the check": {[]*Check{failing("a", api.Critical, map[string]Verdict{"web": Faults(Fault{Severity: api.Low})})}, 99, 2, "A", ""},
		"a check counts once, at its worst": {[]*Check{failing("a", api.Low, map[string]Verdict{
			"web": Faults(Fault{Container: "a"}, Fault{Container: "b", Severity: api.High}, Fault{Container: "c"}),
		})}, 92, 1, "B", api.High},
	} {
		t.Run(name, func(t *testing.T) {
			r := run1(cluster("cart", "web"), test.checks...)
			want := api.Score{Score: &test.score, Grade: test.grade, CappedBy: test.cappedBy}
			ready := &api.Readiness{Ready: test.ready, Workloads: 2}
			if asJSON(r.Summary.Score) != asJSON(want) || asJSON(r.Summary.Readiness) != asJSON(ready) {
				t.Errorf("summary %s, want %s %s", asJSON(r.Summary), asJSON(want), asJSON(ready))
			}
			if n := r.Namespaces[0]; asJSON(n.Score) != asJSON(want) || asJSON(n.Readiness) != asJSON(ready) {
				t.Errorf("namespace %s, want %s %s", asJSON(n), asJSON(want), asJSON(ready))
			}
			if r.Summary.Coverage != 1 {
				t.Errorf("coverage %v", r.Summary.Coverage)
			}
		})
	}
}

func TestNothingJudgedHasNoScore(t *testing.T) {
	for name, r := range map[string]*api.Report{
		"empty cluster": run1(cluster(), failing("a", api.High, nil)),
		"unknown":       run1(cluster("web"), failing("a", api.High, map[string]Verdict{"web": Unknown("why")})),
		"not applicable": run1(cluster("web"),
			failing("a", api.High, map[string]Verdict{"web": NotApplicable()})),
	} {
		if r.Summary.Score.Score != nil || r.Summary.Grade != "-" {
			t.Errorf("%s: score %s", name, asJSON(r.Summary))
		}
	}
}

// town returns two namespaces. In shop there are the Deployments cart and web,
// the Service front before web, and an Ingress. In bank there is the same
// without an Ingress.
func town() *inventory.Inventory {
	inv := cluster("cart", "web", "ledger", "vault")
	inv.Scope.Namespaces = nil
	for i, w := range inv.Workloads {
		w.Namespace = []string{"shop", "bank"}[i/2]
	}
	for i, namespace := range []string{"shop", "bank"} {
		front := &inventory.Service{Object: inventory.Object{APIVersion: "v1", Kind: "Service", Namespace: namespace, Name: "front"}}
		front.Workloads = inv.Workloads[2*i+1 : 2*i+2]
		inv.Workloads[2*i+1].Services = []*inventory.Service{front}
		inv.Services = append(inv.Services, front)
		inv.Namespaces = append(inv.Namespaces, &inventory.Namespace{Object: inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: namespace}})
		inv.Nodes = append(inv.Nodes, &inventory.Node{Object: inventory.Object{APIVersion: "v1", Kind: "Node", Name: fmt.Sprint("node-", i)}})
	}
	inv.Routes = []*inventory.Route{{Object: inventory.Object{APIVersion: "networking.k8s.io/v1", Kind: "Ingress", Namespace: "shop", Name: "door"}}}
	return inv
}

// about returns a check of one kind of objects that finds a fault in the named
// ones.
func about(id string, severity api.Severity, over func(func(name string) Verdict) Judge, names ...string) *Check {
	return &Check{ID: id, Severity: severity, Judge: over(func(name string) Verdict {
		for _, bad := range names {
			if name == bad {
				return faultIn("")
			}
		}
		return Faults()
	})}
}

func ofWorkloads(of func(string) Verdict) Judge {
	return Over(Workloads, func(_ *Pass, w *inventory.Workload) Verdict { return of(w.Name) })
}

func ofServices(of func(string) Verdict) Judge {
	return Over(Services, func(_ *Pass, s *inventory.Service) Verdict { return of(s.Namespace) })
}

func ofNamespaces(of func(string) Verdict) Judge {
	return Over(Namespaces, func(_ *Pass, n *inventory.Namespace) Verdict { return of(n.Name) })
}

func ofNodes(of func(string) Verdict) Judge {
	return Over(Nodes, func(_ *Pass, n *inventory.Node) Verdict { return of(n.Name) })
}

func ofIngresses(of func(string) Verdict) Judge {
	return Over(Ingresses, func(_ *Pass, r *inventory.Route) Verdict { return of(r.Name) })
}

// Each kind of objects has a place where its points count.
func TestScoresOfACluster(t *testing.T) {
	for name, test := range map[string]struct {
		check             *Check
		whole, shop, bank string
	}{
		"a workload":                       {about("a", api.Critical, ofWorkloads, "web"), "91 3/4", "83 1/2", "100 2/2"},
		"a Service blocks what it selects": {about("a", api.High, ofServices, "shop"), "97 3/4", "95 1/2", "100 2/2"},
		"of a namespace":                   {about("a", api.Medium, ofNamespaces, "shop"), "100 4/4", "95 2/2", "100 2/2"},
		"an Ingress, as of a member":       {about("a", api.High, ofIngresses, "door"), "97 4/4", "95 2/2", "- -"},
		"a node":                           {about("a", api.Critical, ofNodes, "node-1"), "75 4/4", "- -", "- -"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run1(town(), test.check)
			if open := r.Summary.Findings.Of(test.check.Severity); open != 1 {
				t.Errorf("%d findings are counted", open)
			}
			got := map[string]string{}
			for _, n := range r.Namespaces {
				got[n.Name] = standing(n.Score, n.Readiness)
			}
			if whole := standing(r.Summary.Score, r.Summary.Readiness); whole != test.whole || got["shop"] != test.shop || got["bank"] != test.bank {
				t.Errorf("whole %s, namespaces %v; want %s, %s, %s", whole, got, test.whole, test.shop, test.bank)
			}
		})
	}
	inv := town()
	inv.Scope.Namespaces, inv.Workloads, inv.Services = []string{"shop"}, inv.Workloads[:2], inv.Services[:1]
	if r := run1(inv, about("a", api.Medium, ofNamespaces, "shop")); standing(r.Summary.Score, r.Summary.Readiness) != "95 2/2" {
		t.Errorf("an audit of one namespace has its score: %s", asJSON(r.Summary))
	}
}

// A workload about which nothing is known is neither fine nor ready.
func TestUnseenWorkloadsDoNotCount(t *testing.T) {
	inv := unread(cluster("cart", "web"), inventory.Pods, inventory.Partial, "forbidden")
	inv.Workloads[0].Pods = nil
	r := run1(inv, failing("a", api.Critical, map[string]Verdict{"web": faultIn("")}))
	if got := standing(r.Summary.Score, r.Summary.Readiness); got != "50 0/1" {
		t.Errorf("got %s", got)
	}
}

func standing(s api.Score, ready *api.Readiness) string {
	if s.Score == nil {
		return "- -"
	}
	return fmt.Sprintf("%d %d/%d", *s.Score, ready.Ready, ready.Workloads)
}

// What a gate says about a report contains text from the cluster.
func TestGateIsSanitized(t *testing.T) {
	inv := unread(cluster("web"), inventory.Pods, inventory.Unreadable, "forbidden\x1b[2J")
	r := Run(inv, Options{Checks: []*Check{failing("a", api.High, nil)}, Now: now, Gate: Gate{RequireComplete: true}})
	if text := strings.Join(r.Gate.Missing, " "); !strings.Contains(text, `forbidden\x1b[2J`) {
		t.Errorf("%q", text)
	}
}

// The laws of the score, over verdicts of all kinds.
func TestLawsOfTheScore(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	over := []func(func(string) Verdict) Judge{ofWorkloads, ofServices, ofNamespaces, ofNodes, ofIngresses}
	names := []string{"cart", "web", "ledger", "vault", "shop", "bank", "node-0", "node-1", "door"}
	some := func() []string {
		random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		return append([]string(nil), names[:random.IntN(len(names))]...)
	}
	for range 500 {
		var checks []*Check
		bad := map[string][]string{}
		for i := range 1 + random.IntN(5) {
			id := fmt.Sprint("check-", i)
			bad[id] = some()
			checks = append(checks, about(id, api.Severities[random.IntN(len(api.Severities))], over[random.IntN(len(over))], bad[id]...))
		}
		// With this check there is always a score.
		checks = append(checks, failing("fine", api.Low, nil))
		before := scoresOf(run1(town(), checks...))

		also := append([]*Check{about("passes", api.Severities[random.IntN(len(api.Severities))], over[random.IntN(len(over))])}, checks...)
		for what, score := range scoresOf(run1(town(), also...)) {
			if known, found := before[what]; found && score != known {
				t.Fatalf("a check that passes changes the score of %s from %d to %d", what, known, score)
			}
		}

		healthy := checks[random.IntN(len(checks)-1)]
		healthy.Judge = over[0](func(string) Verdict { return Faults() })
		for what, score := range scoresOf(run1(town(), checks...)) {
			if known, found := before[what]; found && score < known {
				t.Fatalf("fixing %s (%s, %q) lowers the score of %s from %d to %d", healthy.ID, healthy.Severity, bad[healthy.ID], what, known, score)
			}
		}
	}
}

// scoresOf returns all scores of a report, by name.
func scoresOf(r *api.Report) map[string]int {
	scores := map[string]int{}
	add := func(what string, score *int) {
		if score != nil {
			scores[what] = *score
		}
	}
	add("the whole", r.Summary.Score.Score)
	for _, n := range r.Namespaces {
		add("namespace "+n.Name, n.Score.Score)
	}
	for _, s := range r.Subjects {
		add(s.Kind+" "+s.Namespace+"/"+s.Name, s.Score)
	}
	return scores
}

func TestGradesBeginAtTheirScore(t *testing.T) {
	for score, want := range map[int]api.Grade{
		100: "A", 90: "A", 89: "B", 80: "B", 79: "C", 70: "C", 69: "D", 60: "D", 59: "F", 0: "F",
	} {
		if got := graded(score, api.Counts{}); got.Grade != want || got.CappedBy != "" {
			t.Errorf("%d: %s, capped by %q, want %s", score, got.Grade, got.CappedBy, want)
		}
	}
}

// Coverage weighs checks by the points of their severities, or equally if none
// takes points.
// An open finding caps a grade that would be better, and only then is said to.
func TestCaps(t *testing.T) {
	critical, high := api.Counts{Critical: 1}, api.Counts{High: 1}
	for _, test := range []struct {
		score int
		open  api.Counts
		grade api.Grade
		by    api.Severity
	}{
		{95, critical, "D", api.Critical}, {65, critical, "D", ""}, {50, critical, "F", ""},
		{95, high, "B", api.High}, {85, high, "B", ""}, {75, high, "C", ""}, {95, api.Counts{Medium: 1}, "A", ""},
	} {
		if got := graded(test.score, test.open); got.Grade != test.grade || got.CappedBy != test.by {
			t.Errorf("%d with %+v: %s, capped by %q", test.score, test.open, got.Grade, got.CappedBy)
		}
	}
}

func TestCoverageSum(t *testing.T) {
	high, info := &Check{Severity: api.High}, &Check{Severity: api.Info}
	for name, test := range map[string]struct {
		checks  []*Check
		covered []float64
		read    float64
		want    float64
	}{
		"no checks":               {nil, nil, 1, 1},
		"no checks, half is read": {nil, nil, 0.5, 0.5},
		"all":                     {[]*Check{high, info}, []float64{1, 1}, 1, 1},
		"without points":          {[]*Check{high, info}, []float64{1, 0}, 1, 1},
		"one of two":              {[]*Check{high, high}, []float64{1, 0}, 1, 0.5},
		"rounded down":            {[]*Check{high, high, high}, []float64{1, 1, 0}, 1, 0.666},
		"nobody takes points":     {[]*Check{info, info}, []float64{1, 0.5}, 1, 0.75},
		"of what is half read":    {[]*Check{high}, []float64{0.5}, 0.5, 0.25},
	} {
		var sum coverageSum
		for i, c := range test.checks {
			sum.add(c, test.covered[i])
		}
		if got := sum.value(test.read); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// A workload counts as soon as any of its pods or Jobs was read.
func TestPartOfAWorkloadCounts(t *testing.T) {
	inv := unread(cluster("web"), inventory.Pods, inventory.Partial, "timed out")
	inv.Workloads[0].Jobs = []*inventory.Job{{}}
	if r := run1(inv, failing("a", api.High, nil)); r.Summary.Readiness == nil || r.Summary.Readiness.Workloads != 1 {
		t.Errorf("readiness %s", asJSON(r.Summary.Readiness))
	}
}
