package history

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func TestTell(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"), reportAt(1, "web", "cart"), unjudged(reportAt(2)), reportAt(3, "cart"), reportAt(5))
	h := tell(t, d)
	if len(h.Items) != 5 || h.Items[0].New != nil || h.Items[0].Findings.High != 1 {
		t.Fatalf("%+v", h.Items)
	}
	for i, want := range []struct{ new, gone int }{{}, {1, 0}, {0, 0}, {0, 1}, {0, 1}} {
		if i > 0 && (h.Items[i].New.High != want.new || h.Items[i].Gone.High != want.gone) {
			t.Errorf("run %d: %d new, %d gone, want %+v", i, h.Items[i].New.High, h.Items[i].Gone.High, want)
		}
	}
	// Web was open for 3 days, cart for 4.
	if m := h.MeanTimeToFix; len(m) != 1 || m[0].Fixed != 2 || *m[0].MeanSeconds != 3.5*24*60*60 {
		t.Errorf("%+v", m)
	}
	if len(h.Findings) > 0 {
		t.Errorf("nobody asked for lives: %+v", h.Findings)
	}
}

// The sums that each run keeps tell the same as the findings of all.
func TestSumsTellWhatFindingsDo(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"), reportAt(1, "web", "cart"), unjudged(reportAt(2)), reportAt(3, "cart"), reportAt(4, "web"), reportAt(6), reportAt(7, "web"))
	byFindings, err := d.Tell(Query{Checks: []string{"pod-unready"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byFindings, tell(t, d)); diff != "" {
		t.Errorf("-findings +sums:\n%s", diff)
	}
}

// A check that runs for the first time finds nothing new, and neither does one whose fault
// another finding reported before.
func TestWhatIsNotNew(t *testing.T) {
	d := Directory(t.TempDir())
	folding := reportAt(1)
	folding.Findings = []api.Finding{{Check: "oom", Severity: api.High, Object: deployment("web"), Folded: []string{"pod-unready"}, Fingerprint: "0123456789abcdef"}}
	later := reportAt(2, "web", "cart")
	later.Checks = append(later.Checks, api.Check{ID: "added"})
	later.Findings = append(later.Findings, api.Finding{Check: "added", Severity: api.High, Object: deployment("web"), Fingerprint: "fedcba9876543210"})
	appendAll(t, d, folding, later)
	if run := tell(t, d).Items[1]; run.New.High != 1 {
		t.Errorf("%d are new", run.New.High)
	}
}

// Who suppresses a finding fixes nothing.
func TestSuppressedIsNotMended(t *testing.T) {
	d := Directory(t.TempDir())
	suppressing := reportAt(1)
	suppressing.Suppressed = []api.Suppressed{{Finding: reportAt(1, "web").Findings[0]}}
	appendAll(t, d, reportAt(0, "web", "cart"), suppressing)
	for _, q := range []Query{{}, {Checks: []string{"pod-unready"}, Object: func(o api.Object) bool { return o.Name == "web" }}} {
		h, err := d.Tell(q)
		if err != nil {
			t.Fatal(err)
		}
		if h.Items[1].Gone.High != 2 || len(h.MeanTimeToFix) != 1 || h.MeanTimeToFix[0].Fixed != 1 {
			t.Errorf("%+v, fixed %+v", h.Items[1].Gone, h.MeanTimeToFix)
		}
		if q.Object != nil && (len(h.Findings) != 1 || h.Findings[0].Open || !h.Findings[0].Periods[0].Suppressed) {
			t.Errorf("%+v", h.Findings)
		}
	}
}

func TestLives(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"), reportAt(1), reportAt(2, "web", "cart"), reportAt(4, "web"))
	h, err := d.Tell(Query{Object: func(o api.Object) bool { return o.Name == "web" }})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Findings) != 1 {
		t.Fatalf("%+v", h.Findings)
	}
	web := h.Findings[0]
	if !web.Open || len(web.Periods) != 2 || days(web.Periods[0].Until.Time) != 1 || web.Periods[1].Until != nil || web.OpenSeconds != 3*24*60*60 {
		t.Errorf("%+v", web)
	}
	h, err = d.Tell(Query{Fingerprint: api.Fingerprint("pod-unready", deployment("cart"))})
	if err != nil {
		t.Fatal(err)
	}
	if cart := h.Findings[0]; cart.Open || days(cart.LastSeen.Time) != 2 || days(cart.Periods[0].Until.Time) != 4 {
		t.Errorf("%+v", cart)
	}
}

func TestQueries(t *testing.T) {
	d := Directory(t.TempDir())
	r := reportAt(0, "web")
	score := 40
	r.Namespaces = []api.Namespace{{Name: "shop", Score: api.Score{Score: &score, Grade: "F"}, Findings: api.Counts{High: 1}}}
	appendAll(t, d, r, reportAt(1))
	for name, test := range map[string]struct {
		query Query
		runs  int
		high  int
		grade api.Grade
	}{
		"all":               {Query{}, 2, 1, ""},
		"a check":           {Query{Checks: []string{"pod-unready"}}, 2, 1, ""},
		"another check":     {Query{Checks: []string{"image-tag-latest"}}, 2, 0, ""},
		"a namespace":       {Query{Namespace: "shop"}, 1, 1, "F"},
		"another namespace": {Query{Namespace: "void"}, 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := d.Tell(test.query)
			if err != nil {
				t.Fatal(err)
			}
			if len(h.Items) != test.runs {
				t.Fatalf("%d runs, want %d", len(h.Items), test.runs)
			}
			if test.runs > 0 && (h.Items[0].Findings.High != test.high || h.Items[0].Grade != test.grade) {
				t.Errorf("%+v", h.Items[0])
			}
		})
	}
}
