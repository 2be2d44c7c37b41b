// Package config is the file in which a platform team writes its policy: which
// checks run and how severe they are, what is left out and what is excepted.
package config

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// APIVersion and Kind identify a Config.
const (
	APIVersion = report.APIVersion
	Kind       = "Config"
)

// Config is a configuration file. What it leaves out is up to flags, environment
// and defaults.
type Config struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Profile is how much to ask for: baseline, production or strict.
	Profile audit.Profile `json:"profile,omitempty"`
	// MinSeverity is the least severity to look for.
	MinSeverity report.Severity `json:"minSeverity,omitempty"`
	// AssumeComplete judges files as all of a cluster.
	AssumeComplete *bool `json:"assumeComplete,omitempty"`
	// Secrets allows audits to list the metadata of Secrets. The right to do so
	// is the right to read them.
	Secrets *bool `json:"secrets,omitempty"`
	// Checks are what holds for single checks, by ID.
	Checks      map[string]Check `json:"checks,omitempty"`
	Namespaces  Namespaces       `json:"namespaces,omitzero"`
	Gate        Gate             `json:"gate,omitzero"`
	Annotations Annotations      `json:"annotations,omitzero"`
	// Exceptions are findings to live with. The first that matches one counts.
	Exceptions []report.ExceptionRule `json:"exceptions,omitempty"`
}

// Check contains the settings of one check.
type Check struct {
	// Enabled runs the check, or does not, whatever the profile says.
	Enabled *bool `json:"enabled,omitempty"`
	// Severity is that of all findings of the check.
	Severity report.Severity `json:"severity,omitempty"`
	// Options are thresholds, ages and lists, by name.
	Options map[string]Value `json:"options,omitempty"`
}

// Value is that of an option, as --set takes it. A list in the file has commas
// between its items here.
type Value string

// Namespaces selects namespaces.
type Namespaces struct {
	// Exclude are names and patterns of namespaces that audits of all namespaces
	// leave out.
	Exclude []string `json:"exclude,omitempty"`
}

// Gate lists the requirements of a pipeline.
type Gate struct {
	// FailOn demands that nothing of this severity or worse is open.
	FailOn report.Severity `json:"failOn,omitempty"`
	// MinScore is the least score, from 0 to 100.
	MinScore *int `json:"minScore,omitempty"`
	// RequireComplete demands that everything could be read and judged.
	RequireComplete *bool `json:"requireComplete,omitempty"`
}

// Annotations say what those who own objects may decide for themselves.
type Annotations struct {
	// Ignore is whether the annotation prodcheck/ignore suppresses findings.
	Ignore Permission `json:"ignore,omitempty"`
}

// Permission allows something or forbids it.
type Permission string

const (
	// Allow is the default.
	Allow Permission = "allow"
	// Forbid lets everything stay as if nobody had asked.
	Forbid Permission = "forbid"
)
