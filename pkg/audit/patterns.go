package audit

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// isPattern reports whether a word is more than a name.
func isPattern(word string) bool { return strings.ContainsAny(word, `*?[\`) }

func matchesAny(pattern string, ids map[string]bool) bool {
	for id := range ids {
		if matches([]string{pattern}, id) {
			return true
		}
	}
	return false
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		matched, err := path.Match(pattern, name)
		return err == nil && matched
	})
}

// known returns an error about the first pattern that matches none of the names.
func known(what string, names, patterns []string) error {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%s pattern %q: %w", what, pattern, err)
		}
		if slices.ContainsFunc(names, func(name string) bool { return matches([]string{pattern}, name) }) {
			continue
		}
		if isPattern(pattern) {
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

func namesOf(catalog []*Check, of func(*Check) string) []string {
	var names []string
	for _, c := range catalog {
		if !slices.Contains(names, of(c)) {
			names = append(names, of(c))
		}
	}
	return names
}

func idOf(c *Check) string { return c.ID }

// Named returns the check with that ID.
func Named(catalog []*Check, id string) (*Check, error) {
	if i := slices.IndexFunc(catalog, func(c *Check) bool { return c.ID == id }); i >= 0 {
		return catalog[i], nil
	}
	// The ID may contain characters of a pattern, but options cannot be set by
	// pattern.
	err := known("check", namesOf(catalog, idOf), []string{id})
	return nil, cmp.Or(err, fmt.Errorf("unknown check %q", id))
}

// ValidPatterns refuses patterns that path.Match does not understand or that
// cannot match anything.
func ValidPatterns(what string, patterns []string) error {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return fmt.Errorf("%s pattern %q: syntax error in pattern", what, pattern)
		}
	}
	return nil
}

// ofThese reports whether one of the patterns matches a name. Without patterns,
// every name matches; with patterns, an empty name never does.
func ofThese(patterns []string, name string) bool {
	return len(patterns) == 0 || name != "" && matches(patterns, name)
}
