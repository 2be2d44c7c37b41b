package api

// ConfigKind identifies a Config.
const ConfigKind = "Config"

// Config is the configuration file. Flags, the environment and defaults decide
// what it leaves out.
type Config struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Profile says how strict the audit is: baseline, production or strict.
	Profile Profile `json:"profile,omitempty"`
	// MinSeverity is the lowest severity to report.
	MinSeverity Severity `json:"minSeverity,omitempty"`
	// AssumeComplete treats the files as a whole cluster.
	AssumeComplete *bool `json:"assumeComplete,omitempty"`
	// Secrets allows audits to list the metadata of Secrets. Permission to list
	// them includes permission to read them.
	Secrets *bool `json:"secrets,omitempty"`
	// Checks contains the settings of single checks, by ID.
	Checks      map[string]CheckConfig `json:"checks,omitempty"`
	Namespaces  NamespacesConfig       `json:"namespaces,omitzero"`
	Gate        GateConfig             `json:"gate,omitzero"`
	Annotations AnnotationsConfig      `json:"annotations,omitzero"`
	// Outputs are the files, or directories, to which audits write the report in
	// addition to standard output, by format.
	Outputs map[string]string `json:"outputs,omitempty"`
	History HistoryConfig     `json:"history,omitzero"`
	// Exceptions are findings that the team accepts. The first exception that
	// matches a finding applies.
	Exceptions []ExceptionRule `json:"exceptions,omitempty"`
}

// CheckConfig contains the settings of one check.
type CheckConfig struct {
	// Enabled turns the check on or off, whatever the profile says.
	Enabled *bool `json:"enabled,omitempty"`
	// Severity replaces the severity of all findings of the check.
	Severity Severity `json:"severity,omitempty"`
	// Options contains thresholds, ages and lists, by name.
	Options map[string]OptionValue `json:"options,omitempty"`
}

// OptionValue is the value of an option, written as for --set. A list in the
// file becomes a text with commas between its items.
type OptionValue string

// NamespacesConfig selects namespaces.
type NamespacesConfig struct {
	// Exclude lists names and patterns of the namespaces that audits of all
	// namespaces leave out.
	Exclude []string `json:"exclude,omitempty"`
}

// GateConfig lists the requirements of a pipeline.
type GateConfig struct {
	// FailOn requires that no finding of this severity or worse is open.
	FailOn Severity `json:"failOn,omitempty"`
	// MinScore is the lowest acceptable score, from 0 to 100.
	MinScore *int `json:"minScore,omitempty"`
	// RequireComplete requires that everything could be read and judged.
	RequireComplete *bool `json:"requireComplete,omitempty"`
}

// AnnotationsConfig says what owners of objects may decide for themselves.
type AnnotationsConfig struct {
	// Ignore says whether the annotation prodcheck/ignore suppresses findings.
	Ignore Permission `json:"ignore,omitempty"`
}

// Permission allows or forbids something.
type Permission string

const (
	// Allow is the default.
	Allow Permission = "allow"
	// Forbid ignores the request.
	Forbid Permission = "forbid"
)

// HistoryConfig says where to keep reports, and how long.
type HistoryConfig struct {
	// Directory is relative to the working directory.
	Directory string `json:"directory,omitempty"`
	// Keep is the age, such as 90d, after which reports are removed. Without it,
	// all are kept.
	Keep string `json:"keep,omitempty"`
}
