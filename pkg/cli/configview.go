package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// ConfigViewOptions contains the options of "config view".
type ConfigViewOptions struct {
	judging   judgingFlags
	output    string
	noHeaders bool
	genericiooptions.IOStreams
}

func newConfigViewCommand(p *program) *cobra.Command {
	o := &ConfigViewOptions{judging: newJudgingFlags(p), IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "view [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Print the effective configuration and where each value comes from",
		Example: templates.Examples(`
			# See which settings apply to an audit in this directory, and why
			kubectl prodcheck config view

			# See what would apply with a flag
			kubectl prodcheck config view --profile strict

			# Write the effective configuration as a file
			kubectl prodcheck config view -o yaml`),
		Args: noArguments,
		RunE: runE(o),
	}
	o.judging.addFlags(cmd)
	addAssumeCompleteFlag(cmd)
	addSecretsFlag(cmd)
	addGateFlags(cmd)
	addHistoryFlags(cmd)
	cmd.Flags().StringVarP(&o.output, "output", "o", o.output, "Output format. One of: (json, yaml)")
	completeFlag(cmd, "output", completeWords([]string{"json", "yaml"}))
	cmd.Flags().BoolVar(&o.noHeaders, "no-headers", o.noHeaders, "If present, print output without headers")
	return cmd
}

// Complete turns the flags into values.
func (o *ConfigViewOptions) Complete(cmd *cobra.Command, _ []string) error {
	return o.judging.complete(cmd)
}

// Validate refuses settings that an audit would refuse.
func (o *ConfigViewOptions) Validate() error {
	if !slices.Contains([]string{"", "json", "yaml"}, o.output) {
		return fmt.Errorf("unknown output format %q, must be one of json, yaml", o.output)
	}
	return o.judging.validate()
}

// Run prints the effective configuration.
func (o *ConfigViewOptions) Run(context.Context) error {
	c := o.effective()
	var out bytes.Buffer
	if o.output == "" {
		if err := printers.Settings(&out, o.rows(c), printers.Options{Width: terminalWidth(o.Out), NoHeaders: o.noHeaders}); err != nil {
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

// effective returns the configuration file that would have the same effect
// without flags and environment.
func (o *ConfigViewOptions) effective() api.Config {
	s := &o.judging.settings
	c := s.File.Config
	c.APIVersion, c.Kind = api.APIVersion, api.ConfigKind
	c.Profile, c.MinSeverity = s.Profile.Value, s.MinSeverity.Value
	c.AssumeComplete, c.Secrets = &s.AssumeComplete.Value, &s.Secrets.Value
	c.Gate = api.GateConfig{FailOn: s.FailOn.Value, MinScore: s.MinScore.Value, RequireComplete: &s.RequireComplete.Value}
	c.History.Directory = s.History.Value
	if keep := s.HistoryKeep.Value; keep > 0 {
		c.History.Keep = audit.DurationText(keep)
	}
	c.Annotations.Ignore = cmp.Or(c.Annotations.Ignore, api.Allow)
	c.Checks = maps.Clone(c.Checks)
	for setting, value := range s.Options.Written() {
		id, option, _ := strings.Cut(setting, ".")
		check := c.Checks[id]
		check.Options = maps.Clone(check.Options)
		if check.Options == nil {
			check.Options = map[string]api.OptionValue{}
		}
		check.Options[option] = api.OptionValue(value)
		if c.Checks == nil {
			c.Checks = map[string]api.CheckConfig{}
		}
		c.Checks[id] = check
	}
	return c
}

// rows returns the values of a configuration and where each comes from.
func (o *ConfigViewOptions) rows(c api.Config) []printers.Setting {
	s := &o.judging.settings
	var all []printers.Setting
	add := func(key string, source settings.Source, value string) {
		all = append(all, printers.Setting{Key: key, Source: source.String(), Value: value})
	}
	for _, row := range s.Rows() {
		add(row.Key, row.Source, row.Value)
	}
	fromFile := func(key, value string) { add(key, s.FileSource(key), value) }
	fromFile("namespaces.exclude", strings.Join(c.Namespaces.Exclude, ", "))
	fromFile("annotations.ignore", string(c.Annotations.Ignore))
	for _, format := range slices.Sorted(maps.Keys(c.Outputs)) {
		fromFile("outputs."+format, c.Outputs[format])
	}
	for _, id := range slices.Sorted(maps.Keys(c.Checks)) {
		check, key := c.Checks[id], "checks."+id
		if check.Enabled != nil {
			fromFile(key+".enabled", strconv.FormatBool(*check.Enabled))
		}
		if check.Severity != "" {
			fromFile(key+".severity", string(check.Severity))
		}
		for _, option := range slices.Sorted(maps.Keys(check.Options)) {
			add(key+".options."+option, s.OptionSource(id, option), string(check.Options[option]))
		}
	}
	for i, e := range c.Exceptions {
		fromFile(fmt.Sprintf("exceptions[%d]", i), exceptionText(e))
	}
	return all
}

// exceptionText describes a rule in one line.
func exceptionText(e api.ExceptionRule) string {
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
