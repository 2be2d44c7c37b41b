package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Settings contains the values of options that somebody has set. The zero value
// leaves all options at their defaults.
type Settings struct {
	values map[Option]any
	// written contains the same values by "CHECK.OPTION", as a report shows them;
	// options contains the options that these names mean.
	written map[string]string
	options map[string]Option
}

// Written returns the values by "CHECK.OPTION", as a report shows them.
func (s Settings) Written() map[string]string { return maps.Clone(s.written) }

// Over returns these settings, completed by those of base.
func (s Settings) Over(base Settings) Settings {
	merged := Settings{map[Option]any{}, map[string]string{}, map[string]Option{}}
	add := func(from Settings, name string, o Option) {
		merged.values[o], merged.written[name], merged.options[name] = from.values[o], from.written[name], o
	}
	for name, o := range s.options {
		add(s, name, o)
	}
	for name, o := range base.options {
		if _, set := s.values[o]; !set {
			add(base, name, o)
		}
	}
	return merged
}

// ParseSettings reads texts of the form "CHECK.OPTION=VALUE". The last one of a
// name counts. Two checks that share an option cannot set it to different
// values.
func ParseSettings(catalog []*Check, texts []string) (Settings, error) {
	s := Settings{map[Option]any{}, map[string]string{}, map[string]Option{}}
	for _, text := range texts {
		name, value, found := strings.Cut(text, "=")
		id, option, dotted := strings.Cut(name, ".")
		if !found || !dotted {
			return Settings{}, fmt.Errorf("%q: write CHECK.OPTION=VALUE", text)
		}
		check, err := Named(catalog, id)
		if err != nil {
			return Settings{}, err
		}
		o, err := check.option(option)
		if err != nil {
			return Settings{}, err
		}
		parsed, canonical, err := o.parse(value)
		if err != nil {
			return Settings{}, fmt.Errorf("%s: %q is %w", name, value, err)
		}
		for other, same := range s.options {
			if same == o && other != name && s.written[other] != canonical {
				first, second := min(name, other), max(name, other)
				return Settings{}, fmt.Errorf("%s and %s set the same option to different values", first, second)
			}
		}
		s.values[o], s.written[name], s.options[name] = parsed, canonical, o
	}
	return s, nil
}

func (c *Check) option(name string) (Option, error) {
	options := map[string]Option{}
	for _, o := range c.Options {
		options[o.Name()] = o
	}
	if o := options[name]; o != nil {
		return o, nil
	}
	if len(options) == 0 {
		return nil, fmt.Errorf("%s has no options", c.ID)
	}
	names := slices.Sorted(maps.Keys(options))
	if near := Nearest(names, name); len(near) > 0 {
		names = near
	}
	return nil, fmt.Errorf("%s has no option %q, did you mean %s?", c.ID, name, strings.Join(names, " or "))
}
