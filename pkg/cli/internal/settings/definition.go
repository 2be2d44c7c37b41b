package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

// definition describes a setting that a flag, the environment and the file can
// set.
type definition[T any] struct {
	flag, key string
	parse     func(string) (T, error)
	// inFile returns the value in the file, empty if the file does not set it.
	inFile func(*api.Config) string
	// bounds are checked only for the environment: the file was checked when it was
	// read, and flags are checked with the rest of the gate.
	bounds func(T) error
	// defaultValue applies if nothing sets a value.
	defaultValue T
}

var (
	profile = definition[api.Profile]{
		flag: "profile", key: "profile", parse: api.ParseProfile, defaultValue: api.Production,
		inFile: func(c *api.Config) string { return string(c.Profile) },
	}
	minSeverity = definition[api.Severity]{
		flag: "min-severity", key: "minSeverity", parse: api.ParseSeverity,
		inFile: func(c *api.Config) string { return string(c.MinSeverity) },
	}
	assumeComplete = definition[bool]{
		flag: "assume-complete", key: "assumeComplete", parse: parseBool,
		inFile: func(c *api.Config) string { return textOf(c.AssumeComplete) },
	}
	secrets = definition[bool]{
		flag: "secrets", key: "secrets", parse: parseBool,
		inFile: func(c *api.Config) string { return textOf(c.Secrets) },
	}
	failOn = definition[api.Severity]{
		flag: "fail-on", key: "gate.failOn", parse: api.ParseSeverity,
		inFile: func(c *api.Config) string { return string(c.Gate.FailOn) },
	}
	minScore = definition[*int]{
		flag: "min-score", key: "gate.minScore", parse: parseScore, bounds: checkScore,
		inFile: func(c *api.Config) string { return textOf(c.Gate.MinScore) },
	}
	requireComplete = definition[bool]{
		flag: "require-complete", key: "gate.requireComplete", parse: parseBool,
		inFile: func(c *api.Config) string { return textOf(c.Gate.RequireComplete) },
	}
)

var (
	historyDirectory = definition[string]{
		flag: "history", key: "history.directory", parse: func(text string) (string, error) { return text, nil },
		inFile: func(c *api.Config) string { return c.History.Directory },
	}
	historyKeep = definition[time.Duration]{
		flag: "history-keep", key: "history.keep", parse: parseDuration,
		inFile: func(c *api.Config) string { return c.History.Keep },
	}
)

// Variables names the environment variables of the settings.
func Variables() []string {
	var names []string
	for _, flag := range []string{
		profile.flag, minSeverity.flag, assumeComplete.flag, secrets.flag, failOn.flag, minScore.flag, requireComplete.flag,
		historyDirectory.flag, historyKeep.flag,
	} {
		names = append(names, variable(flag))
	}
	return names
}

func variable(flag string) string {
	return "PRODCHECK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func parseBool(text string) (bool, error) {
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("must be true or false, not %q", text)
	}
	return value, nil
}

func parseDuration(text string) (time.Duration, error) {
	value, err := audit.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is %w", text, err)
	}
	return value, nil
}

func parseScore(text string) (*int, error) {
	score, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("must be from 0 to 100, not %s", text)
	}
	return &score, nil
}

func checkScore(score *int) error {
	if *score < 0 || *score > 100 {
		return fmt.Errorf("must be from 0 to 100, not %d", *score)
	}
	return nil
}

// Error describes a value that cannot be used.
type Error struct {
	Source Source
	err    error
}

func (e Error) Error() string { return e.Source.Place + ": " + e.err.Error() }
func (e Error) Unwrap() error { return e.err }

// resolver resolves one setting after the other until it finds an error.
type resolver struct {
	flags *pflag.FlagSet
	env   func(string) string
	file  *config.File
	err   error
}

func resolve[T any](r *resolver, d definition[T]) Value[T] {
	flag := r.flags.Lookup(d.flag)
	if flag == nil || r.err != nil {
		return Value[T]{}
	}
	text, source := d.inFile(&r.file.Config), Source{File, r.file.Source(d.key)}
	var bounds func(T) error
	if inEnvironment := r.env(variable(d.flag)); inEnvironment != "" {
		text, source, bounds = inEnvironment, Source{Environment, variable(d.flag)}, d.bounds
	}
	if flag.Changed {
		text, source, bounds = flag.Value.String(), Source{Flag, "--" + d.flag}, nil
	}
	if text == "" {
		if source.Origin != Flag {
			source = Source{}
		}
		return Value[T]{d.defaultValue, source}
	}
	value, err := d.parse(text)
	if err == nil && bounds != nil {
		err = bounds(value)
	}
	if err != nil {
		r.err = Error{source, err}
	}
	return Value[T]{value, source}
}

// Resolve determines the settings from the flags of a command, the environment
// and the file. The file is empty if there is none.
func Resolve(flags *pflag.FlagSet, env func(string) string, file *config.File, catalog []*audit.Check) (Settings, error) {
	s := Settings{File: file}
	for name, list := range map[string]*[]string{"check": &s.Checks, "skip": &s.Skip, "category": &s.Categories} {
		// A command has either all of these flags or none.
		*list, _ = flags.GetStringSlice(name)
	}
	r := &resolver{flags: flags, env: env, file: file}
	if len(s.Checks) == 0 {
		s.Profile = resolve(r, profile)
	} else {
		// If the user names the checks, no profile selects them.
		s.Profile.Source = Source{Flag, "--check"}
	}
	s.MinSeverity = resolve(r, minSeverity)
	s.AssumeComplete = resolve(r, assumeComplete)
	s.Secrets = resolve(r, secrets)
	s.FailOn = resolve(r, failOn)
	s.MinScore = resolve(r, minScore)
	s.RequireComplete = resolve(r, requireComplete)
	s.History, s.HistoryKeep = resolve(r, historyDirectory), resolve(r, historyKeep)
	if r.err != nil {
		return s, r.err
	}
	if typed, _ := flags.GetString("profile"); typed != "" && len(s.Checks) > 0 {
		return s, errors.New("--profile cannot be used with --check, which names the checks to run")
	}
	if flags.Lookup("set") == nil {
		return s, nil
	}
	var err error
	if s.set, err = flags.GetStringArray("set"); err != nil {
		return s, err
	}
	given, err := audit.ParseSettings(catalog, s.set)
	if err != nil {
		return s, Error{Source{Flag, "--set"}, err}
	}
	// The options in the file are already validated.
	written, err := audit.ParseSettings(catalog, file.Settings())
	s.Options = given.Over(written)
	return s, err
}
