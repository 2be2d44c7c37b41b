package audit

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func ids(checks []*Check) []string {
	var ids []string
	for _, c := range checks {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestProfiles(t *testing.T) {
	catalog := []*Check{
		{ID: "gap-high", Severity: api.High},
		{ID: "gap-medium", Severity: api.Medium},
		{ID: "hurts-medium", Severity: api.Medium, Live: true},
		{ID: "hurts-low", Severity: api.Low, Live: true},
		{ID: "contested", Severity: api.High, Profile: api.Strict},
		{ID: "opt-in", Severity: api.Critical, Live: true, Reads: Reads{Samples: Logs}},
	}
	production := []string{"gap-high", "gap-medium", "hurts-medium", "hurts-low"}
	for profile, want := range map[api.Profile][]string{
		api.Baseline: {"gap-high", "hurts-medium"}, api.Production: production, "": production,
		api.Strict: append(slices.Clone(production), "contested"),
	} {
		selected, err := Select(catalog, Selection{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(selected); !slices.Equal(got, want) {
			t.Errorf("%q runs %v, not %v", profile, got, want)
		}
	}
	named, err := Select(catalog, Selection{Checks: []string{"opt-in"}})
	if err != nil || len(named) != 1 {
		t.Errorf("a named check: %v, %v", ids(named), err)
	}
	if _, err := api.ParseProfile("paranoid"); err == nil || err.Error() != `unknown profile "paranoid", must be one of baseline, production, strict` {
		t.Error(err)
	}
}
