package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// File is a configuration file that was read.
type File struct {
	// Name is the path by which people know it.
	Name   string
	Config api.Config

	// positions maps keys to positions: checks.pod-pending.severity,
	// exceptions[0].reason.
	positions  map[string]Position
	exceptions []audit.Exception
}

// Has reports whether the file sets a key.
func (f *File) Has(key string) bool {
	_, found := f.positions[key]
	return found
}

// Position returns the position of a key's value or, if it is not set, the
// position of the nearest key above. The empty key means the file itself.
func (f *File) Position(key string) Position {
	for {
		at, found := f.positions[key]
		if found || key == "" {
			return at
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
}

// Source returns FILE:LINE of a key.
func (f *File) Source(key string) string {
	return fmt.Sprintf("%s:%d", f.Name, f.Position(key).Line)
}

// Load parses a file and checks it against the catalog.
func Load(name string, data []byte, catalog []*audit.Check) (*File, error) {
	f, err := parse(name, data)
	if err != nil {
		return nil, err
	}
	if err := f.validate(catalog); err != nil {
		return nil, err
	}
	return f, nil
}

// validate finds mistakes that types cannot express, and makes values canonical.
func (f *File) validate(catalog []*audit.Check) error {
	var all Errors
	c := &f.Config
	fail := func(key string, err error) {
		if err != nil {
			all.add(f.Name, f.Position(key), err)
		}
	}
	severity := func(key string, s *api.Severity) {
		if _, written := f.positions[key]; !written {
			return
		}
		parsed, err := api.ParseSeverity(string(*s))
		if err != nil {
			fail(key, fmt.Errorf("%s: %w", key, err))
			return
		}
		*s = parsed
	}
	if _, written := f.positions["profile"]; written {
		_, err := api.ParseProfile(string(c.Profile))
		fail("profile", err)
	}
	severity("minSeverity", &c.MinSeverity)
	severity("gate.failOn", &c.Gate.FailOn)
	if keep := c.History.Keep; keep != "" {
		if _, err := audit.ParseDuration(keep); err != nil {
			fail("history.keep", fmt.Errorf("history.keep: %q is %w", keep, err))
		}
	}
	if score := c.Gate.MinScore; score != nil && (*score < 0 || *score > 100) {
		fail("gate.minScore", fmt.Errorf("gate.minScore must be from 0 to 100, not %d", *score))
	}
	switch c.Annotations.Ignore {
	case "", api.Allow, api.Forbid:
	default:
		fail("annotations.ignore", fmt.Errorf("annotations.ignore must be allow or forbid, not %q", c.Annotations.Ignore))
	}
	for i, pattern := range c.Namespaces.Exclude {
		fail(fmt.Sprintf("namespaces.exclude[%d]", i), audit.ValidPatterns("namespace", []string{pattern}))
	}
	for _, id := range slices.Sorted(maps.Keys(c.Checks)) {
		key := "checks." + id
		if _, err := audit.Named(catalog, id); err != nil {
			fail(key, err)
			continue
		}
		check := c.Checks[id]
		severity(key+".severity", &check.Severity)
		c.Checks[id] = check
		for _, option := range slices.Sorted(maps.Keys(check.Options)) {
			_, err := audit.ParseSettings(catalog, []string{setting(id, option, check.Options[option])})
			fail(key+".options."+option, err)
		}
	}
	if len(all) == 0 {
		_, err := audit.ParseSettings(catalog, f.Settings())
		fail("checks", err)
	}
	for i, rule := range c.Exceptions {
		key := fmt.Sprintf("exceptions[%d]", i)
		// A text in YAML may have several lines, but a reason is shown on one.
		rule.Reason, rule.Owner = strings.Join(strings.Fields(rule.Reason), " "), strings.TrimSpace(rule.Owner)
		c.Exceptions[i] = rule
		e, err := audit.NewException(catalog, rule, f.Source(key))
		var field audit.FieldError
		if errors.As(err, &field) {
			key += "." + field.Field
		}
		fail(key, err)
		f.exceptions = append(f.exceptions, e)
	}
	return all.orNil()
}

func setting(id, option string, value api.OptionValue) string {
	return id + "." + option + "=" + string(value)
}

// Exceptions returns the exceptions of the file, ready for matching.
func (f *File) Exceptions() []audit.Exception { return f.exceptions }

// Enabled says which checks run or do not run, whatever the profile says.
func (f *File) Enabled() map[string]bool {
	enabled := map[string]bool{}
	for id, check := range f.Config.Checks {
		if check.Enabled != nil {
			enabled[id] = *check.Enabled
		}
	}
	return enabled
}

// Severities returns the severities that replace the checks' own.
func (f *File) Severities() map[string]api.Severity {
	severities := map[string]api.Severity{}
	for id, check := range f.Config.Checks {
		if check.Severity != "" {
			severities[id] = check.Severity
		}
	}
	return severities
}

// Settings returns the options of checks in the form that audit.ParseSettings
// reads.
func (f *File) Settings() []string {
	var settings []string
	for _, id := range slices.Sorted(maps.Keys(f.Config.Checks)) {
		options := f.Config.Checks[id].Options
		for _, option := range slices.Sorted(maps.Keys(options)) {
			settings = append(settings, setting(id, option, options[option]))
		}
	}
	return settings
}
