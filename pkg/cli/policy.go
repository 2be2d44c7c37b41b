package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// configVariable names the configuration file in the environment.
const configVariable = "PRODCHECK_CONFIG"

// policyFlags are what a team has decided in a configuration file, and the
// flags that the file and the environment may set.
type policyFlags struct {
	catalogue catalogue
	config    string

	// file is empty where there is none.
	file *config.File
	// sources say where the value of each configurable flag comes from.
	sources map[string]string
}

func (f *policyFlags) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.config, "config", f.config, fmt.Sprintf(
		"The configuration file. The default is the nearest %s in the working directory or above, "+
			"else $XDG_CONFIG_HOME/prodcheck/config.yaml; empty for none", config.FileName))
}

// configurable are the flags that the environment and the file may set, too.
var configurable = []struct {
	flag, key string
	check     func(string) error
	// value is what the file says, empty if it says nothing.
	value func(*config.Config) string
}{
	{"profile", "profile", checkProfile, func(c *config.Config) string { return string(c.Profile) }},
	{"min-severity", "minSeverity", checkSeverity, func(c *config.Config) string { return string(c.MinSeverity) }},
	{"assume-complete", "assumeComplete", checkBool, func(c *config.Config) string { return textOf(c.AssumeComplete) }},
	{secretsFlag, "secrets", checkBool, func(c *config.Config) string { return textOf(c.Secrets) }},
	{"fail-on", "gate.failOn", checkSeverity, func(c *config.Config) string { return string(c.Gate.FailOn) }},
	{"min-score", "gate.minScore", checkScore, func(c *config.Config) string { return textOf(c.Gate.MinScore) }},
	{"require-complete", "gate.requireComplete", checkBool, func(c *config.Config) string { return textOf(c.Gate.RequireComplete) }},
}

func checkProfile(s string) error  { _, err := audit.ParseProfile(s); return err }
func checkSeverity(s string) error { _, err := report.ParseSeverity(s); return err }

func checkScore(s string) error {
	if n, err := strconv.Atoi(s); err != nil || n < 0 || n > 100 {
		return fmt.Errorf("must be from 0 to 100, not %s", s)
	}
	return nil
}

func checkBool(s string) error {
	if _, err := strconv.ParseBool(s); err != nil {
		return fmt.Errorf("must be true or false, not %q", s)
	}
	return nil
}

func textOf[T any](p *T) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(*p)
}

// variable is what a flag is called in the environment.
func variable(flag string) string {
	return "PRODCHECK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// complete reads the file, and sets the flags of a command that are not given on
// its command line: by the environment, else by the file.
func (f *policyFlags) complete(cmd *cobra.Command) error {
	if err := f.read(cmd); err != nil {
		return configError{err}
	}
	f.sources = map[string]string{}
	for _, c := range configurable {
		value, source := "", ""
		switch flag := cmd.Flags().Lookup(c.flag); {
		case flag == nil:
			continue
		case flag.Changed:
			f.sources[c.flag] = "--" + c.flag
			continue
		case c.flag == "profile" && cmd.Flags().Changed("check"):
			// The checks are named: no profile picks them.
			continue
		}
		if fromEnvironment := os.Getenv(variable(c.flag)); fromEnvironment != "" {
			value, source = fromEnvironment, variable(c.flag)
			if err := c.check(value); err != nil {
				return configError{fmt.Errorf("%s: %w", source, err)}
			}
		} else if value = c.value(&f.file.Config); value != "" {
			source = f.file.Source(c.key)
		}
		if value == "" {
			continue
		}
		if err := cmd.Flags().Set(c.flag, value); err != nil {
			return configError{fmt.Errorf("%s: %w", source, err)}
		}
		f.sources[c.flag] = source
	}
	return nil
}

// read finds the file and reads it.
func (f *policyFlags) read(cmd *cobra.Command) error {
	f.file = &config.File{}
	path, err := f.find(cmd)
	if err != nil || path == "" {
		return err
	}
	f.file, err = config.Read(path, f.catalogue)
	return err
}

func (f *policyFlags) find(cmd *cobra.Command) (string, error) {
	if cmd.Flags().Changed("config") {
		return f.config, nil
	}
	if path, set := os.LookupEnv(configVariable); set {
		return path, nil
	}
	return config.Find(".", configHome())
}

// configHome is empty where there is none.
func configHome() string {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".config")
}

// policy is what the engine heeds.
func (f *policyFlags) policy() audit.Policy {
	return audit.Policy{
		Config: f.file.Name, ForbidAnnotations: f.file.Config.Annotations.Ignore == config.Forbid,
		Exceptions: f.file.Exceptions(), Enabled: f.file.Enabled(),
	}
}

// request adds what the policy takes to what the checks take.
func (f *policyFlags) request(req inventory.Request) inventory.Request {
	if f.file.Config.Annotations.Ignore != config.Forbid {
		req.Resources = inventory.Ordered(append(slices.Clone(req.Resources), inventory.Namespaces))
	}
	return req
}

// settings are options of checks as the file and then the command line set them.
func (f *policyFlags) settings(set []string) (audit.Settings, error) {
	given, err := audit.ParseSettings(f.catalogue, set)
	if err != nil {
		return given, fmt.Errorf("--set: %w", err)
	}
	// Those of the file are known to be right.
	written, err := audit.ParseSettings(f.catalogue, f.file.Settings())
	return given.Over(written), err
}

// configError is a mistake in a configuration or in the environment. No help
// text would help.
type configError struct{ err error }

func (e configError) Error() string { return e.err.Error() }
func (e configError) Unwrap() error { return e.err }

// mistakes are all that is wrong, in one line each.
func (e configError) mistakes() []error {
	var several config.Errors
	if errors.As(e.err, &several) {
		return several
	}
	return []error{e.err}
}

// orNone is how kubectl writes what is not there.
func orNone(s string) string { return cmp.Or(s, "<none>") }
