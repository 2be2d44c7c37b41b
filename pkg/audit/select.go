package audit

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Selection picks checks from a catalog. Names are those of checks or
// categories, or patterns as of path.Match. The zero value picks every check
// that does not have to be named.
type Selection struct {
	// Checks, if any, are the only ones to run.
	Checks []string
	// Profile picks checks unless Checks does; empty is Production.
	Profile api.Profile
	// Samples are what the user asks for beyond lists: checks that take it run
	// with any profile.
	Samples []Sampling
	// Skip are checks not to run.
	Skip []string
	// Enabled are checks that a policy runs, or does not, whatever the profile
	// says; by ID.
	Enabled map[string]bool
	// Severities are those that a policy sets in place of the checks' own, by ID.
	// No profile depends on them.
	Severities map[string]api.Severity
	// Categories, if any, are the only ones to run checks of.
	Categories []string
	// MinSeverity leaves out checks that never find anything as severe.
	MinSeverity api.Severity
}

// Select returns the picked checks in the order of the catalog. A name that
// matches nothing is an error, and so is a selection of nothing: an audit that
// runs no check would hold any gate.
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

// wants reports whether the check is picked, before anything is left out. What a
// command line names outranks a policy, and a policy its profile.
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

func idOf(c *Check) string { return c.ID }

func namesOf(catalog []*Check, of func(*Check) string) []string {
	var names []string
	for _, c := range catalog {
		if !slices.Contains(names, of(c)) {
			names = append(names, of(c))
		}
	}
	return names
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		matched, err := path.Match(pattern, name)
		return err == nil && matched
	})
}

// known answers the first pattern that matches none of the names.
func known(what string, names, patterns []string) error {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%s pattern %q: %w", what, pattern, err)
		}
		if slices.ContainsFunc(names, func(name string) bool { return matches([]string{pattern}, name) }) {
			continue
		}
		if strings.ContainsAny(pattern, `*?[\`) {
			return fmt.Errorf("no %s matches %q", what, pattern)
		}
		near := Nearest(names, pattern)
		if len(near) == 0 {
			return fmt.Errorf("unknown %s %q", what, pattern)
		}
		return fmt.Errorf("unknown %s %q, did you mean %s?", what, pattern, strings.Join(near, " or "))
	}
	return nil
}
