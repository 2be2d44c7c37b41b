package api

// ConfigKind identifies a Config.
const ConfigKind = "Config"

// Config is a configuration file. What it leaves out is up to flags, environment
// and defaults.
type Config struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Profile is how much to ask for: baseline, production or strict.
	Profile Profile `json:"profile,omitempty"`
	// MinSeverity is the least severity to look for.
	MinSeverity Severity `json:"minSeverity,omitempty"`
	// AssumeComplete judges files as all of a cluster.
	AssumeComplete *bool `json:"assumeComplete,omitempty"`
	// Secrets allows audits to list the metadata of Secrets. The right to do so
	// is the right to read them.
	Secrets *bool `json:"secrets,omitempty"`
	// Checks are what holds for single checks, by ID.
	Checks      map[string]CheckConfig `json:"checks,omitempty"`
	Namespaces  NamespacesConfig       `json:"namespaces,omitzero"`
	Gate        GateConfig             `json:"gate,omitzero"`
	Annotations AnnotationsConfig      `json:"annotations,omitzero"`
	// Exceptions are findings to live with. The first that matches one counts.
	Exceptions []ExceptionRule `json:"exceptions,omitempty"`
}

// CheckConfig contains the settings of one check.
type CheckConfig struct {
	// Enabled runs the check, or does not, whatever the profile says.
	Enabled *bool `json:"enabled,omitempty"`
	// Severity is that of all findings of the check.
	Severity Severity `json:"severity,omitempty"`
	// Options are thresholds, ages and lists, by name.
	Options map[string]OptionValue `json:"options,omitempty"`
}

// OptionValue is that of an option, as --set takes it. A list in the file has commas
// between its items here.
type OptionValue string

// NamespacesConfig selects namespaces.
type NamespacesConfig struct {
	// Exclude are names and patterns of namespaces that audits of all namespaces
	// leave out.
	Exclude []string `json:"exclude,omitempty"`
}

// GateConfig lists the requirements of a pipeline.
type GateConfig struct {
	// FailOn demands that nothing of this severity or worse is open.
	FailOn Severity `json:"failOn,omitempty"`
	// MinScore is the least score, from 0 to 100.
	MinScore *int `json:"minScore,omitempty"`
	// RequireComplete demands that everything could be read and judged.
	RequireComplete *bool `json:"requireComplete,omitempty"`
}

// AnnotationsConfig say what those who own objects may decide for themselves.
type AnnotationsConfig struct {
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
