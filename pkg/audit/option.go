package audit

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Option is a threshold, age or list of a check that a team may change.
type Option interface {
	// Name is in kebab-case.
	Name() string
	// Usage describes the value and its unit.
	Usage() string
	// Default is the value without any setting, as a user would write it.
	Default() string

	// parse reads a value that a user wrote, and returns it with its canonical
	// spelling.
	parse(text string) (value any, written string, err error)
}

// OptionOf is an option with values of type T.
type OptionOf[T any] struct {
	name, usage  string
	defaultValue T
	read         func(string) (T, error)
	write        func(T) string
}

// Name returns the name in kebab-case.
func (o *OptionOf[T]) Name() string { return o.name }

// Usage describes the value.
func (o *OptionOf[T]) Usage() string { return o.usage }

// Default returns the value without any setting.
func (o *OptionOf[T]) Default() string { return o.write(o.defaultValue) }

// In returns the option's value in an audit.
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

// Duration makes an option with a time such as 90s, 15m, 24h or 7d.
func Duration(name string, defaultValue time.Duration, usage string) *OptionOf[time.Duration] {
	return &OptionOf[time.Duration]{name, usage, defaultValue, ParseDuration, DurationText}
}

// Int makes an option with a number of at least 0.
func Int(name string, defaultValue int, usage string) *OptionOf[int] {
	return &OptionOf[int]{name, usage, defaultValue, readInt, strconv.Itoa}
}

// Percent makes an option with a percentage of at least 0.
func Percent(name string, defaultValue int, usage string) *OptionOf[int] {
	return &OptionOf[int]{name, usage, defaultValue,
		func(text string) (int, error) { return readInt(strings.TrimSuffix(text, "%")) },
		func(value int) string { return strconv.Itoa(value) + "%" }}
}

// Quantity makes an option with a number of bytes or of another unit that
// Kubernetes writes as a quantity, such as 1Gi.
func Quantity(name, defaultValue, usage string) *OptionOf[resource.Quantity] {
	return &OptionOf[resource.Quantity]{name, usage, resource.MustParse(defaultValue), readQuantity,
		func(value resource.Quantity) string { return value.String() }}
}

// List makes an option with a list of words, written with commas between them.
func List(name string, defaultValue []string, usage string) *OptionOf[[]string] {
	return &OptionOf[[]string]{name, usage, defaultValue, readList,
		func(value []string) string { return strings.Join(value, ",") }}
}

const day = 24 * time.Hour

// ParseDuration reads a length of time such as 90s, 15m, 24h or 7d.
func ParseDuration(text string) (time.Duration, error) {
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

// DurationText writes a length of time as ParseDuration reads it.
func DurationText(value time.Duration) string {
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
		return 0, errors.New("not a number of at least 0")
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
