package audit

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

func ids(checks []*Check) []string {
	var ids []string
	for _, c := range checks {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestProfiles(t *testing.T) {
	catalogue := []*Check{
		{ID: "gap-high", Severity: report.High},
		{ID: "gap-medium", Severity: report.Medium},
		{ID: "hurts-medium", Severity: report.Medium, Live: true},
		{ID: "hurts-low", Severity: report.Low, Live: true},
		{ID: "contested", Severity: report.High, Profile: Strict},
		{ID: "opt-in", Severity: report.Critical, Live: true, Reads: Reads{Samples: Logs}},
	}
	production := []string{"gap-high", "gap-medium", "hurts-medium", "hurts-low"}
	for profile, want := range map[Profile][]string{
		Baseline: {"gap-high", "hurts-medium"}, Production: production, "": production,
		Strict: append(slices.Clone(production), "contested"),
	} {
		selected, err := Select(catalogue, Selection{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(selected); !slices.Equal(got, want) {
			t.Errorf("%q runs %v, not %v", profile, got, want)
		}
	}
	named, err := Select(catalogue, Selection{Checks: []string{"opt-in"}})
	if err != nil || len(named) != 1 {
		t.Errorf("a named check: %v, %v", ids(named), err)
	}
	if _, err := ParseProfile("paranoid"); err == nil || err.Error() != `unknown profile "paranoid", it is one of baseline, production, strict` {
		t.Error(err)
	}
}
