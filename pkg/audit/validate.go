package audit

import (
	"fmt"
	"slices"
	"strings"
)

// Validate refuses a catalog in which two checks have the same ID, or in which
// checks explain one another.
func Validate(catalog []*Check) error {
	seen := map[string]bool{}
	for _, c := range catalog {
		if seen[c.ID] {
			return fmt.Errorf("two checks have the ID %q", c.ID)
		}
		seen[c.ID] = true
	}
	if ids := cycle(catalog); ids != nil {
		return fmt.Errorf("checks explain one another: %s", strings.Join(ids, ", "))
	}
	return nil
}

// cycle returns the IDs of checks that explain one another, nil if there are
// none.
func cycle(catalog []*Check) []string {
	byID := map[string]*Check{}
	for _, c := range catalog {
		byID[c.ID] = c
	}
	done := map[string]bool{}
	var follow func(id string, path []string) []string
	follow = func(id string, path []string) []string {
		path = append(path, id)
		if first := slices.Index(path, id); first < len(path)-1 {
			return path[first:]
		}
		if c := byID[id]; c != nil && !done[id] {
			for _, next := range c.explains() {
				if found := follow(next, path); found != nil {
					return found
				}
			}
			done[id] = true
		}
		return nil
	}
	for _, c := range catalog {
		if found := follow(c.ID, nil); found != nil {
			return found
		}
	}
	return nil
}
