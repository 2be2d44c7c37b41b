package history

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// What one run hands on tells the next one as much as all runs of the week would.
func TestOneRunKnowsWhatAllDo(t *testing.T) {
	names := []string{"cart", "web", "search", "mail"}
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 0))
		d, all := Directory(t.TempDir()), newLives()
		for run := range 28 {
			var failing []string
			for _, name := range names {
				if random.IntN(3) > 0 {
					failing = append(failing, name)
				}
			}
			r := reportAt(float64(run)/4, failing...)
			if random.IntN(4) == 0 {
				unjudged(r)
			}
			if _, err := d.Mark(r); err != nil {
				t.Fatal(err)
			}
			appendAll(t, d, r)
			want := reportAt(float64(run)/4, failing...)
			want.Checks = r.Checks
			all.add(want)
			for i := range want.Findings {
				f := &want.Findings[i]
				all.byFingerprint[f.Fingerprint].mark(f, want.Metadata.CreationTimestamp)
				f.Change = r.Findings[i].Change
			}
			if diff := cmp.Diff(want.Findings, r.Findings); diff != "" {
				t.Fatalf("seed %d, run %d (-all runs +the last):\n%s", seed, run, diff)
			}
		}
	}
}

// A finding that was gone for a week is forgotten, and so is how often it was gone before.
func TestForgetting(t *testing.T) {
	d := Directory(t.TempDir())
	for _, r := range []*api.Report{reportAt(0, "web"), reportAt(1), reportAt(2, "web"), reportAt(3), reportAt(9)} {
		if _, err := d.Mark(r); err != nil {
			t.Fatal(err)
		}
		appendAll(t, d, r)
	}
	for at, want := range map[float64]struct{ first, gone float64 }{9.5: {0, 1}, 10.5: {10.5, 0}} {
		r := reportAt(at, "web")
		if _, err := d.Mark(r); err != nil {
			t.Fatal(err)
		}
		if f := r.Findings[0]; days(f.FirstSeen.Time) != want.first || float64(f.TimesGone) != want.gone {
			t.Errorf("at %v: first seen at %v, gone %d times", at, days(f.FirstSeen.Time), f.TimesGone)
		}
	}
}

// A run that is damaged costs what happened in it alone: the next one continues from the run
// before.
func TestDamagedRunIsSkipped(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"), reportAt(1, "web", "cart"))
	cut(t, d, 1)
	r := reportAt(2, "web", "cart")
	problems, err := d.Mark(r)
	if err != nil || len(problems) != 1 {
		t.Fatal(problems, err)
	}
	appendAll(t, d, r)
	for i, want := range []float64{0, 2} {
		if first := r.Findings[i].FirstSeen; days(first.Time) != want {
			t.Errorf("%s was first seen at %v", r.Findings[i].Object.Name, days(first.Time))
		}
	}
	// Once there is a newer one, nobody reads it.
	r = reportAt(4, "web", "cart")
	if problems, err := d.Mark(r); err != nil || len(problems) > 0 || days(r.Findings[0].FirstSeen.Time) != 0 {
		t.Errorf("%v, %v, %+v", problems, err, r.Findings)
	}
}

// A renamed workload takes the lives of its findings with it.
func TestRenamedWorkload(t *testing.T) {
	d := Directory(t.TempDir())
	named := func(days float64, name string) *api.Report {
		r := reportAt(days, name)
		r.Subjects = []api.Subject{{Object: deployment(name), Template: "0123456789abcdef"}}
		return r
	}
	appendAll(t, d, named(0, "web"), named(1, "shop-web"), named(2, "shop-web"))
	r := named(3, "store")
	if _, err := d.Mark(r); err != nil {
		t.Fatal(err)
	}
	if f := r.Findings[0]; days(f.FirstSeen.Time) != 0 || f.OpenSince != nil || f.TimesGone != 0 || f.Change != api.ChangeSame {
		t.Errorf("%+v", f)
	}
	appendAll(t, d, r)
	for _, name := range []string{"web", "shop-web", "store"} {
		h, err := d.Tell(Query{Fingerprint: api.Fingerprint("pod-unready", deployment(name))})
		if err != nil {
			t.Fatal(err)
		}
		if len(h.Findings) != 1 || h.Findings[0].Object.Name != "store" || len(h.Findings[0].Periods) != 1 || !h.Findings[0].Open {
			t.Errorf("%s: %+v", name, h.Findings)
		}
	}
	if h := tell(t, d); len(h.MeanTimeToFix) > 0 {
		t.Errorf("a new name fixes nothing: %+v", h.MeanTimeToFix)
	}
}
