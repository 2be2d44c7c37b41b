package api

import (
	"fmt"
	"slices"
	"strings"
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
