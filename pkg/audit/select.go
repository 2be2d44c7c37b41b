package audit

import (
	"errors"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Selection picks checks from a catalog. Names are names of checks or
// categories, or patterns for path.Match. The zero value picks every check that
// need not be named.
type Selection struct {
	// Checks, if set, are the only ones to run.
	Checks []string
	// Profile picks the checks if Checks is empty. The empty profile is Production.
	Profile api.Profile
	// Samples are the samples that the user asks for. Checks that need them run in
	// every profile.
	Samples []Sampling
	// Skip are checks that do not run.
	Skip []string
	// Enabled says, by ID, which checks a policy turns on or off, whatever the
	// profile says.
	Enabled map[string]bool
	// Severities contains, by ID, the severities with which a policy replaces those
	// of checks. They do not affect profiles.
	Severities map[string]api.Severity
	// Categories, if set, are the only categories to run.
	Categories []string
	// MinSeverity drops checks that never find anything this severe.
	MinSeverity api.Severity
}

// Select returns the picked checks in the order of the catalog. A name that
// matches nothing is an error, and so is an empty selection: an audit without
// checks would pass every gate.
func Select(catalog []*Check, s Selection) ([]*Check, error) {
	category := func(c *Check) string { return c.Category.Name }
	for _, names := range []struct {
		what  string
		of    func(*Check) string
		named []string
	}{{"check", idOf, s.Checks}, {"check", idOf, s.Skip}, {"category", category, s.Categories}} {
		if err := known(names.what, namesOf(catalog, names.of), names.named); err != nil {
			return nil, err
		}
	}
	var selected []*Check
	for _, c := range catalog {
		wanted := s.wants(c)
		if severity := s.Severities[c.ID]; severity != "" && severity != c.Severity {
			c = c.withSeverity(severity)
		}
		switch {
		case !wanted,
			matches(s.Skip, c.ID),
			len(s.Categories) > 0 && !matches(s.Categories, c.Category.Name),
			s.MinSeverity != "" && !c.worst().AtLeast(s.MinSeverity):
		default:
			selected = append(selected, c)
		}
	}
	if len(selected) == 0 {
		return nil, errors.New("no check is left to run")
	}
	return selected, nil
}

// wants reports whether the check is picked, before any is left out. The command
// line takes precedence over a policy, and a policy over its profile.
func (s *Selection) wants(c *Check) bool {
	if len(s.Checks) > 0 {
		return matches(s.Checks, c.ID)
	}
	if slices.Contains(s.Samples, c.Reads.Samples) {
		return true
	}
	if enabled, decided := s.Enabled[c.ID]; decided {
		return enabled
	}
	return c.runsIn(s.Profile)
}
