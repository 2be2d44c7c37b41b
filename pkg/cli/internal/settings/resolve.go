package settings

import (
	"errors"

	"github.com/spf13/pflag"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

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
