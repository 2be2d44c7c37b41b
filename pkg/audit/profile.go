package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// LeastProfile returns the least demanding profile that runs the check, empty if
// none does. Unless the check names one, it is Baseline for faults that do harm
// now and for severe gaps, otherwise Production.
func (c *Check) LeastProfile() api.Profile {
	hurts, gap := c.Live && c.Severity.AtLeast(api.Medium), c.Severity.AtLeast(api.High)
	switch {
	case c.Reads.Samples != "":
		return ""
	case c.Profile != "":
		return c.Profile
	case hurts || gap:
		return api.Baseline
	}
	return api.Production
}

// runsIn reports whether the profile runs the check. The zero profile is
// Production.
func (c *Check) runsIn(p api.Profile) bool {
	if p == "" {
		p = api.Production
	}
	least := slices.Index(api.Profiles, c.LeastProfile())
	return least >= 0 && least <= slices.Index(api.Profiles, p)
}
