package history

import (
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// unjudged is a report whose check could judge nothing.
func unjudged(r *api.Report) *api.Report {
	r.Checks[0].Outcome, r.Checks[0].Reason = api.Unknown, "pods: forbidden"
	return r
}

func TestMark(t *testing.T) {
	type want struct {
		firstSeen float64
		openSince float64 // 0 where it has not been gone
		timesGone int
		change    api.Change
	}
	for name, test := range map[string]struct {
		before []*api.Report
		at     float64
		want   want
	}{
		"no history":           {nil, 5, want{5, 0, 0, ""}},
		"always there":         {[]*api.Report{reportAt(1, "web"), reportAt(2, "web")}, 3, want{1, 0, 0, api.ChangeSame}},
		"new":                  {[]*api.Report{reportAt(1), reportAt(2)}, 3, want{3, 0, 0, api.ChangeNew}},
		"back":                 {[]*api.Report{reportAt(1, "web"), reportAt(2)}, 3, want{1, 3, 1, api.ChangeNew}},
		"back since yesterday": {[]*api.Report{reportAt(1, "web"), reportAt(2), reportAt(3, "web")}, 4, want{1, 3, 1, api.ChangeSame}},
		"comes and goes": {[]*api.Report{
			reportAt(1, "web"), reportAt(2), reportAt(3, "web"), reportAt(4), reportAt(5, "web"), reportAt(6),
		}, 7, want{1, 7, 3, api.ChangeNew}},
		"not judged is not gone":                    {[]*api.Report{reportAt(1, "web"), unjudged(reportAt(2))}, 3, want{1, 0, 0, api.ChangeUnknown}},
		"compared with a day ago, not with an hour": {[]*api.Report{reportAt(1), reportAt(1.95, "web")}, 2, want{1.95, 0, 0, api.ChangeNew}},
		"yesterday's run may be a little late":      {[]*api.Report{reportAt(0, "web"), reportAt(1.05)}, 2, want{0, 2, 1, api.ChangeNew}},
		"a run of a month ago":                      {[]*api.Report{reportAt(1, "web")}, 31, want{1, 0, 0, api.ChangeSame}},
		"what comes later":                          {[]*api.Report{reportAt(9, "web")}, 5, want{5, 0, 0, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			d := Directory(t.TempDir())
			appendAll(t, d, test.before...)
			r := reportAt(test.at, "web")
			if problems, err := d.Mark(r); err != nil || len(problems) > 0 {
				t.Fatal(problems, err)
			}
			f := r.Findings[0]
			got := want{days(f.FirstSeen.Time), 0, f.TimesGone, f.Change}
			if f.OpenSince != nil {
				got.openSince = days(f.OpenSince.Time)
			}
			if got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func days(at time.Time) float64 { return float64(at.Sub(start)) / float64(24*time.Hour) }

// Each run hands on what it knows: a finding is as old as the first run with it, however
// many runs are removed or too old to be read.
func TestFirstSeenIsHandedOn(t *testing.T) {
	d := Directory(t.TempDir())
	for day := range 40 {
		r := reportAt(float64(day), "web")
		if day == 20 {
			r = reportAt(float64(day))
		}
		if _, err := d.Mark(r); err != nil {
			t.Fatal(err)
		}
		appendAll(t, d, r)
		at := r.Metadata.CreationTimestamp.Time
		if err := d.Prune(at.AddDate(0, 0, -10), at); err != nil {
			t.Fatal(err)
		}
	}
	r := reportAt(40, "web")
	if _, err := d.Mark(r); err != nil {
		t.Fatal(err)
	}
	if f := r.Findings[0]; days(f.FirstSeen.Time) != 0 || days(f.OpenSince.Time) != 21 || f.TimesGone != 0 {
		t.Errorf("first seen %s, open since %s, %d times gone", f.FirstSeen, f.OpenSince, f.TimesGone)
	}
	h, err := d.Tell(Query{Fingerprint: r.Findings[0].Fingerprint})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Findings[0]; days(got.FirstSeen.Time) != 0 || days(got.Periods[0].From.Time) != 21 || !got.Open {
		t.Errorf("%+v", got)
	}
}
