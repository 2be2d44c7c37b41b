package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// Profile is how much an audit asks of a cluster.
type Profile string

const (
	// Baseline asks for what hurts now and for the worst gaps.
	Baseline Profile = "baseline"
	// Production asks for what most teams agree on.
	Production Profile = "production"
	// Strict asks for contested patterns too.
	Strict Profile = "strict"
)

// Profiles are all of them, the least demanding first.
var Profiles = []Profile{Baseline, Production, Strict}

// ParseProfile reads a profile's name.
func ParseProfile(name string) (Profile, error) {
	if p := Profile(name); slices.Contains(Profiles, p) {
		return p, nil
	}
	var names []string
	for _, p := range Profiles {
		names = append(names, string(p))
	}
	return "", fmt.Errorf("unknown profile %q, it is one of %s", name, strings.Join(names, ", "))
}

// LeastProfile is the least demanding one that runs the check, empty if none does:
// Baseline where it finds what hurts now or a gap that is high, otherwise Production.
func (c *Check) LeastProfile() Profile {
	hurts, gap := c.Live && c.Severity.AtLeast(report.Medium), c.Severity.AtLeast(report.High)
	switch {
	case c.Reads.Samples != "":
		return ""
	case c.Profile != "":
		return c.Profile
	case hurts || gap:
		return Baseline
	}
	return Production
}

// runs reports whether the profile runs the check. The zero profile is
// Production.
func (p Profile) runs(c *Check) bool {
	if p == "" {
		p = Production
	}
	least := slices.Index(Profiles, c.LeastProfile())
	return least >= 0 && least <= slices.Index(Profiles, p)
}
