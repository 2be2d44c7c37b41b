package api

import (
	"fmt"
	"slices"
	"strings"
)

// Profile says how strict an audit is.
type Profile string

const (
	// Baseline covers what fails now and the worst gaps.
	Baseline Profile = "baseline"
	// Production adds what most teams agree on.
	Production Profile = "production"
	// Strict adds contested patterns.
	Strict Profile = "strict"
)

// Profiles lists all profiles, the least demanding first.
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
	return "", fmt.Errorf("unknown profile %q, must be one of %s", name, strings.Join(names, ", "))
}
