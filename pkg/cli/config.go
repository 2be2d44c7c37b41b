package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

func newConfigCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:                   "config SUBCOMMAND",
		DisableFlagsInUseLine: true,
		Short:                 "Look at the configuration that holds, or check a file",
		Long: templates.LongDesc(fmt.Sprintf(`
			Look at the configuration that holds, or check a file.

			A configuration file says which checks run, how severe they are and with which options, what is left out,
			what the gate demands, and with which findings a team has decided to live. It is the one that --config or
			PRODCHECK_CONFIG names (an empty name: none), else the nearest %s in the working directory or above, else
			$XDG_CONFIG_HOME/prodcheck/config.yaml.

			A flag outranks the environment, the environment the file, and the file the default. In the environment are
			%s. A variable that is empty is not set.`, config.FileName, variables())),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigViewCommand(p), newConfigValidateCommand(p))
	return cmd
}

// variables are those of all flags that the environment may set.
func variables() string {
	var names []string
	for _, c := range configurable {
		names = append(names, variable(c.flag))
	}
	return strings.Join(names, ", ")
}

// ConfigViewOptions are one look at the configuration that holds.
type ConfigViewOptions struct {
	judging judgingFlags
	files   filesFlags
	gate    gateFlags
	output  string
	genericiooptions.IOStreams
}

func newConfigViewCommand(p *program) *cobra.Command {
	o := &ConfigViewOptions{judging: newJudgingFlags(p), IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "view [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Print the configuration that holds, and where each value comes from",
		Example: templates.Examples(`
			# See what an audit in this directory heeds, and why
			kubectl prodcheck config view

			# See what would hold with a flag
			kubectl prodcheck config view --profile strict

			# Make a file of what holds
			kubectl prodcheck config view -o yaml`),
		Args: noArguments,
		RunE: runE(o),
	}
	o.judging.addFlags(cmd)
	o.files.addAssumeComplete(cmd)
	o.judging.selection.sampling.addSecretsFlag(cmd)
	o.gate.addFlags(cmd)
	cmd.Flags().StringVarP(&o.output, "output", "o", o.output, "Output format. One of: (json, yaml)")
	completeFlag(cmd, "output", completeWords([]string{"json", "yaml"}))
	return cmd
}

// Complete makes values of the flags.
func (o *ConfigViewOptions) Complete(cmd *cobra.Command, _ []string) error {
	err := cmp.Or(o.judging.complete(cmd), o.gate.complete(cmd))
	o.judging.gate = o.gate.Gate
	return err
}

// Validate refuses what an audit would refuse.
func (o *ConfigViewOptions) Validate() error {
	if !slices.Contains([]string{"", "json", "yaml"}, o.output) {
		return fmt.Errorf("unknown output format %q, must be one of json, yaml", o.output)
	}
	return o.judging.validateGate()
}

// Run prints what holds.
func (o *ConfigViewOptions) Run(context.Context) error {
	c := o.effective()
	var out bytes.Buffer
	if o.output == "" {
		if err := printers.Settings(&out, o.settings(c), printers.Options{Width: terminalWidth(o.Out)}); err != nil {
			return err
		}
	} else {
		text, err := formatted(c, o.output)
		if err != nil {
			return err
		}
		out.Write(text)
	}
	_, err := out.WriteTo(o.Out)
	return err
}

func formatted(value any, format string) ([]byte, error) {
	if format == "yaml" {
		return yaml.Marshal(value)
	}
	text, err := json.MarshalIndent(value, "", "    ")
	return append(text, '\n'), err
}

// effective is the file as it would have to be to mean the same without flags
// and environment.
func (o *ConfigViewOptions) effective() config.Config {
	c := o.judging.selection.policy.file.Config
	c.APIVersion, c.Kind = config.APIVersion, config.Kind
	c.Profile, c.MinSeverity = o.judging.chosen.Profile, o.judging.chosen.MinSeverity
	c.AssumeComplete = &o.files.assumeComplete
	c.Gate = config.Gate{FailOn: o.gate.FailOn, MinScore: o.gate.MinScore, RequireComplete: &o.gate.RequireComplete}
	c.Secrets = &o.judging.selection.sampling.secrets
	c.Annotations.Ignore = cmp.Or(c.Annotations.Ignore, config.Allow)
	c.Checks = maps.Clone(c.Checks)
	for setting, value := range o.judging.settings.Written() {
		id, option, _ := strings.Cut(setting, ".")
		check := c.Checks[id]
		check.Options = maps.Clone(check.Options)
		if check.Options == nil {
			check.Options = map[string]config.Value{}
		}
		check.Options[option] = config.Value(value)
		if c.Checks == nil {
			c.Checks = map[string]config.Check{}
		}
		c.Checks[id] = check
	}
	return c
}

// settings are the values of a configuration with where each comes from.
func (o *ConfigViewOptions) settings(c config.Config) []printers.Setting {
	policy := &o.judging.selection.policy
	var all []printers.Setting
	add := func(key, source, value string) {
		all = append(all, printers.Setting{Key: key, Source: cmp.Or(source, "default"), Value: orNone(value)})
	}
	fromFile := func(key, value string) {
		source := ""
		if policy.file.Has(key) {
			source = policy.file.Source(key)
		}
		add(key, source, value)
	}
	values := map[string]string{
		"profile": string(c.Profile), "min-severity": string(c.MinSeverity), "fail-on": string(c.Gate.FailOn),
		"assume-complete": strconv.FormatBool(o.files.assumeComplete),
		"min-score":       textOf(c.Gate.MinScore), "require-complete": strconv.FormatBool(o.gate.RequireComplete),
		secretsFlag: textOf(c.Secrets),
	}
	for _, one := range configurable {
		source := policy.sources[one.flag]
		if one.flag == "profile" && len(o.judging.chosen.Checks) > 0 {
			source = "--check"
		}
		add(one.key, source, values[one.flag])
	}
	fromFile("namespaces.exclude", strings.Join(c.Namespaces.Exclude, ", "))
	fromFile("annotations.ignore", string(c.Annotations.Ignore))
	for _, id := range slices.Sorted(maps.Keys(c.Checks)) {
		check, key := c.Checks[id], "checks."+id
		if check.Enabled != nil {
			fromFile(key+".enabled", strconv.FormatBool(*check.Enabled))
		}
		if check.Severity != "" {
			fromFile(key+".severity", string(check.Severity))
		}
		for _, option := range slices.Sorted(maps.Keys(check.Options)) {
			at := key + ".options." + option
			if o.sets(id + "." + option) {
				add(at, "--set", string(check.Options[option]))
			} else {
				fromFile(at, string(check.Options[option]))
			}
		}
	}
	for i, e := range c.Exceptions {
		fromFile(fmt.Sprintf("exceptions[%d]", i), exceptionText(e))
	}
	return all
}

// sets reports whether the command line sets an option.
func (o *ConfigViewOptions) sets(option string) bool {
	return slices.ContainsFunc(o.judging.set, func(text string) bool { return strings.HasPrefix(text, option+"=") })
}

// exceptionText is a rule in one line.
func exceptionText(e report.ExceptionRule) string {
	text := strings.Join(e.Checks, ", ")
	for _, list := range []struct {
		what  string
		names []string
	}{{"namespace", e.Namespaces}, {"kind", e.Kinds}, {"name", e.Names}, {"container", e.Containers}} {
		if len(list.names) > 0 {
			text += fmt.Sprintf("; %s %s", list.what, strings.Join(list.names, ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Labels)) {
		text += fmt.Sprintf("; label %s=%s", name, e.Labels[name])
	}
	if e.Expires != "" {
		text += "; until " + e.Expires
	}
	return text + ": " + e.Reason
}

func newConfigValidateCommand(p *program) *cobra.Command {
	policy := policyFlags{catalogue: p.catalogue}
	cmd := &cobra.Command{
		Use:                   "validate [FILENAME]",
		DisableFlagsInUseLine: true,
		Short:                 "Check a configuration file",
		Example: templates.Examples(`
			# Check the file that holds here
			kubectl prodcheck config validate

			# Check a file before it is merged
			kubectl prodcheck config validate policy.yaml`),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{cmd.CommandPath(), errors.New("at most one FILENAME is taken")}
			}
			path, err := policy.find(cmd)
			if len(args) == 1 {
				path, err = args[0], nil
			}
			if err == nil && path == "" {
				err = fmt.Errorf("no configuration: neither --config nor %s names one, and there is no %s in this directory or above",
					configVariable, config.FileName)
			}
			if err != nil {
				return configError{err}
			}
			file, err := config.Read(path, p.catalogue)
			if err != nil {
				return configError{err}
			}
			gate := audit.Gate{FailOn: file.Config.Gate.FailOn, MinScore: file.Config.Gate.MinScore}
			if err := p.catalogue.validateFile(file, gate); err != nil {
				return configError{fmt.Errorf("%s: %w", file.Source("gate"), err)}
			}
			_, err = fmt.Fprintf(p.Out, "%s is valid: %s, %s\n", path,
				counted(len(file.Config.Checks), "check"), counted(len(file.Config.Exceptions), "exception"))
			return err
		},
	}
	policy.addFlag(cmd)
	return cmd
}

// validateFile refuses what no audit could do with the file alone.
func (all catalogue) validateFile(file *config.File, gate audit.Gate) error {
	c := &file.Config
	selected, err := audit.Select(all, audit.Selection{
		Profile: c.Profile, Enabled: file.Enabled(), Severities: file.Severities(), MinSeverity: c.MinSeverity,
	})
	if err != nil {
		return err
	}
	return cmp.Or(gate.Validate(c.MinSeverity), gate.ValidateFor(selected))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
