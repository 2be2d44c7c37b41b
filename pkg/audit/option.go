package audit

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Option is a threshold, age or list of a check that a team may set otherwise.
type Option interface {
	// Name is kebab-case.
	Name() string
	// Usage says what the value is, with its unit.
	Usage() string
	// Default is the value that holds unless it is set, as a user would write it.
	Default() string

	// parse makes a value of what a user writes, and says how it is written.
	parse(text string) (value any, written string, err error)
}

// OptionOf is an option whose values are of type T.
type OptionOf[T any] struct {
	name, usage  string
	defaultValue T
	read         func(string) (T, error)
	write        func(T) string
}

// Name is kebab-case.
func (o *OptionOf[T]) Name() string { return o.name }

// Usage says what the value is.
func (o *OptionOf[T]) Usage() string { return o.usage }

// Default is the value that holds unless it is set.
func (o *OptionOf[T]) Default() string { return o.write(o.defaultValue) }

// In is the option's value in an audit.
func (o *OptionOf[T]) In(p *Pass) T {
	if value, set := p.Settings.values[o]; set {
		return value.(T)
	}
	return o.defaultValue
}

func (o *OptionOf[T]) parse(text string) (any, string, error) {
	value, err := o.read(text)
	if err != nil {
		return nil, "", err
	}
	return value, o.write(value), nil
}

// Duration is an option in time, such as 90s, 15m, 24h or 7d.
func Duration(name string, defaultValue time.Duration, usage string) *OptionOf[time.Duration] {
	return &OptionOf[time.Duration]{name, usage, defaultValue, readDuration, writeDuration}
}

// Int is an option that is a number from 0 up.
func Int(name string, defaultValue int, usage string) *OptionOf[int] {
	return &OptionOf[int]{name, usage, defaultValue, readInt, strconv.Itoa}
}

// Percent is an option in percent, from 0 up.
func Percent(name string, defaultValue int, usage string) *OptionOf[int] {
	return &OptionOf[int]{name, usage, defaultValue,
		func(text string) (int, error) { return readInt(strings.TrimSuffix(text, "%")) },
		func(value int) string { return strconv.Itoa(value) + "%" }}
}

// Quantity is an option in bytes or another unit that Kubernetes writes as a
// quantity, such as 1Gi.
func Quantity(name, defaultValue, usage string) *OptionOf[resource.Quantity] {
	return &OptionOf[resource.Quantity]{name, usage, resource.MustParse(defaultValue), readQuantity,
		func(value resource.Quantity) string { return value.String() }}
}

// List is an option of words, written with commas between.
func List(name string, defaultValue []string, usage string) *OptionOf[[]string] {
	return &OptionOf[[]string]{name, usage, defaultValue, readList,
		func(value []string) string { return strings.Join(value, ",") }}
}

const day = 24 * time.Hour

func readDuration(text string) (time.Duration, error) {
	value, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		n = min(n, int(math.MaxInt64/day))
		value = time.Duration(n) * day
	}
	if err != nil || value < 0 {
		return 0, errors.New("not a time such as 90s, 15m, 24h or 7d")
	}
	return value, nil
}

func writeDuration(value time.Duration) string {
	if value >= 2*day && value%day == 0 {
		return strconv.Itoa(int(value/day)) + "d"
	}
	text := value.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-len(zero)+1]
		}
	}
	return text
}

func readInt(text string) (int, error) {
	value, err := strconv.Atoi(text)
	if err != nil || value < 0 {
		return 0, errors.New("not a number from 0 up")
	}
	return value, nil
}

func readQuantity(text string) (resource.Quantity, error) {
	value, err := resource.ParseQuantity(text)
	if err != nil || value.Sign() < 0 {
		return value, errors.New("not a quantity such as 500m or 1Gi")
	}
	return value, nil
}

func readList(text string) ([]string, error) {
	var words []string
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words, nil
}

// Settings are the values of options that somebody has set. The zero value
// leaves all at their defaults.
type Settings struct {
	values map[Option]any
	// written are the same by "CHECK.OPTION", as a report shows them; options are
	// those that are meant.
	written map[string]string
	options map[string]Option
}

// Written are the values by "CHECK.OPTION", as a report shows them.
func (s Settings) Written() map[string]string { return maps.Clone(s.written) }

// Over are the settings, and those of another where they leave an option at its
// default.
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

// ParseSettings reads "CHECK.OPTION=VALUE", as often as wanted; the last one of
// a name counts. One option of several checks cannot have two values.
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
				return Settings{}, fmt.Errorf("%s and %s are one option, which cannot have two values", first, second)
			}
		}
		s.values[o], s.written[name], s.options[name] = parsed, canonical, o
	}
	return s, nil
}

// Named is the check of that ID.
func Named(catalog []*Check, id string) (*Check, error) {
	if i := slices.IndexFunc(catalog, func(c *Check) bool { return c.ID == id }); i >= 0 {
		return catalog[i], nil
	}
	// It may look like a pattern, which no option can have.
	err := known("check", namesOf(catalog, func(c *Check) string { return c.ID }), []string{id})
	return nil, cmp.Or(err, fmt.Errorf("unknown check %q", id))
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
