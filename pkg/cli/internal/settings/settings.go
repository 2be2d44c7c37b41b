// Package settings decides which values an audit uses. Flags take precedence
// over the environment, the environment over the configuration file, and the
// file over defaults. The package is pure: it reads nothing but its arguments,
// and changes no flag.
package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

// Settings contains the values that an audit uses, each with its source.
// Settings for which a command has no flag have their zero values.
type Settings struct {
	// Checks, Skip and Categories are the patterns that the command line names.
	Checks, Skip, Categories []string

	// Profile is empty if Checks are named.
	Profile         Value[api.Profile]
	MinSeverity     Value[api.Severity]
	AssumeComplete  Value[bool]
	Secrets         Value[bool]
	FailOn          Value[api.Severity]
	MinScore        Value[*int]
	RequireComplete Value[bool]
	// History is the directory of one, empty for none.
	History Value[string]
	// HistoryKeep is the age after which reports are removed from it, 0 for never.
	HistoryKeep Value[time.Duration]
	// Options contains the options of checks.
	Options audit.Settings
	// File is the configuration file, empty if there is none.
	File *config.File

	// set contains the options on the command line as they were typed.
	set []string
}

// Value is a setting and where it comes from.
type Value[T any] struct {
	Value  T
	Source Source
}

// Source names the origin of a value.
type Source struct {
	Origin Origin
	// Place is the flag, the variable or FILE:LINE, empty for a default.
	Place string
}

// Origin is a kind of source.
type Origin int

// The origins of values. Each takes precedence over those before it.
const (
	Default Origin = iota
	File
	Environment
	Flag
)

func (s Source) String() string { return cmp.Or(s.Place, "default") }

// Selection says which checks to run, with the samples that the user asks for.
func (s *Settings) Selection(samples []audit.Sampling) audit.Selection {
	return audit.Selection{
		Checks: s.Checks, Skip: s.Skip, Categories: s.Categories, Samples: samples,
		Profile: s.Profile.Value, MinSeverity: s.MinSeverity.Value,
		Enabled: s.File.Enabled(), Severities: s.File.Severities(),
	}
}

// Narrowed reports whether the command line selects some of the checks.
func (s *Settings) Narrowed() bool { return len(s.Checks)+len(s.Skip)+len(s.Categories) > 0 }

// Policy contains a team's decisions. If checks are named, the file's settings
// for others do not matter.
func (s *Settings) Policy() audit.Policy {
	policy := audit.Policy{
		Config: s.File.Name, ForbidAnnotations: s.ForbidsAnnotations(),
		Exceptions: s.File.Exceptions(), Enabled: s.File.Enabled(),
	}
	if len(s.Checks) > 0 {
		policy.Enabled = nil
	}
	return policy
}

// ForbidsAnnotations reports whether annotations that suppress findings have no effect.
func (s *Settings) ForbidsAnnotations() bool {
	return s.File.Config.Annotations.Ignore == api.Forbid
}

// Exclude returns patterns of namespaces that are not judged.
func (s *Settings) Exclude() []string { return s.File.Config.Namespaces.Exclude }

// Gate lists the requirements on a report.
func (s *Settings) Gate() audit.Gate {
	return audit.Gate{FailOn: s.FailOn.Value, MinScore: s.MinScore.Value, RequireComplete: s.RequireComplete.Value}
}

// FileSource locates a key in the file.
func (s *Settings) FileSource(key string) Source {
	if !s.File.Has(key) {
		return Source{}
	}
	return Source{File, s.File.Source(key)}
}

// OptionSource names the origin of a check's option.
func (s *Settings) OptionSource(check, option string) Source {
	if slices.ContainsFunc(s.set, func(text string) bool { return strings.HasPrefix(text, check+"."+option+"=") }) {
		return Source{Flag, "--set"}
	}
	return s.FileSource("checks." + check + ".options." + option)
}

// Row is a value as people read it.
type Row struct {
	// Key is the key in the file.
	Key    string
	Source Source
	Value  string
}

// Rows returns the values that flags, environment and file can set.
func (s *Settings) Rows() []Row {
	return []Row{
		{profile.key, s.Profile.Source, string(s.Profile.Value)},
		{minSeverity.key, s.MinSeverity.Source, string(s.MinSeverity.Value)},
		{assumeComplete.key, s.AssumeComplete.Source, strconv.FormatBool(s.AssumeComplete.Value)},
		{secrets.key, s.Secrets.Source, strconv.FormatBool(s.Secrets.Value)},
		{failOn.key, s.FailOn.Source, string(s.FailOn.Value)},
		{minScore.key, s.MinScore.Source, textOf(s.MinScore.Value)},
		{requireComplete.key, s.RequireComplete.Source, strconv.FormatBool(s.RequireComplete.Value)},
		{historyDirectory.key, s.History.Source, s.History.Value},
		{historyKeep.key, s.HistoryKeep.Source, durationText(s.HistoryKeep.Value)},
	}
}

// durationText is empty for none.
func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return audit.DurationText(d)
}

func textOf[T any](p *T) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(*p)
}

// HistoryDirectory returns the directory of the history for a command without a flag for
// it, empty for none.
func HistoryDirectory(env func(string) string, file *config.File) string {
	return cmp.Or(env(variable(historyDirectory.flag)), historyDirectory.inFile(&file.Config))
}
