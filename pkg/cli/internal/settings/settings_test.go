package settings

import (
	"testing"

	"github.com/spf13/pflag"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

var grace = audit.Int("grace", 5, "minutes")

var catalog = []*audit.Check{{ID: "pending", Severity: api.High, Options: []audit.Option{grace}}}

func flagSet(t *testing.T, args []string) *pflag.FlagSet {
	t.Helper()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, name := range []string{"check", "skip", "category"} {
		flags.StringSlice(name, nil, "")
	}
	for _, name := range []string{"profile", "min-severity", "fail-on"} {
		flags.String(name, "", "")
	}
	for _, name := range []string{"assume-complete", "secrets", "require-complete"} {
		flags.Bool(name, false, "")
	}
	flags.Int("min-score", 0, "")
	flags.StringArray("set", nil, "")
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return flags
}

const policy = `apiVersion: prodcheck/v1alpha1
kind: Config
profile: strict
minSeverity: low
secrets: true
gate: {failOn: high, minScore: 70}
checks: {pending: {options: {grace: 7}}}
`

// The more specific source takes precedence.
func TestPrecedence(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		env  map[string]string
		file string
		// want contains rows as "KEY: VALUE, SOURCE".
		want []string
	}{
		"nothing is said": {nil, nil, "", []string{
			"profile: production, default", "minSeverity: , default", "assumeComplete: false, default", "gate.minScore: , default",
			"checks.pending.options.grace: , default",
		}},
		"a file": {nil, nil, policy, []string{
			"profile: strict, policy.yaml:3", "minSeverity: low, policy.yaml:4", "assumeComplete: false, default",
			"secrets: true, policy.yaml:5", "gate.failOn: high, policy.yaml:6", "gate.minScore: 70, policy.yaml:6",
			"checks.pending.options.grace: 7, policy.yaml:7",
		}},
		"the environment": {nil, map[string]string{"PRODCHECK_PROFILE": "baseline", "PRODCHECK_MIN_SCORE": "80", "PRODCHECK_SECRETS": "0"}, policy, []string{
			"profile: baseline, PRODCHECK_PROFILE", "minSeverity: low, policy.yaml:4", "gate.minScore: 80, PRODCHECK_MIN_SCORE",
			"secrets: false, PRODCHECK_SECRETS",
		}},
		"flags": {
			[]string{"--profile=production", "--min-score=0", "--secrets=false", "--set=pending.grace=9"},
			map[string]string{"PRODCHECK_PROFILE": "baseline", "PRODCHECK_MIN_SCORE": "80"}, policy, []string{
				"profile: production, --profile", "minSeverity: low, policy.yaml:4", "gate.minScore: 0, --min-score",
				"secrets: false, --secrets", "checks.pending.options.grace: 9, --set",
			}},
		"a flag without a value takes it back": {[]string{"--fail-on=", "--profile="}, nil, policy, []string{
			"gate.failOn: , --fail-on", "profile: production, --profile",
		}},
		"named checks": {[]string{"--check=pending"}, map[string]string{"PRODCHECK_PROFILE": "baseline"}, policy, []string{"profile: , --check"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := &config.File{}
			if test.file != "" {
				var err error
				if file, err = config.Load("policy.yaml", []byte(test.file), catalog); err != nil {
					t.Fatal(err)
				}
			}
			flags := flagSet(t, test.args)
			before := flags.Lookup("profile").Value.String()
			s, err := Resolve(flags, func(name string) string { return test.env[name] }, file, catalog)
			if err != nil {
				t.Fatal(err)
			}
			rows := map[string]bool{}
			all := append(s.Rows(), Row{"checks.pending.options.grace", s.OptionSource("pending", "grace"), s.Options.Written()["pending.grace"]})
			for _, row := range all {
				rows[row.Key+": "+row.Value+", "+row.Source.String()] = true
			}
			for _, want := range test.want {
				if !rows[want] {
					t.Errorf("no %q in %v", want, rows)
				}
			}
			if after := flags.Lookup("profile").Value.String(); after != before {
				t.Errorf("the flag was %q and is %q", before, after)
			}
		})
	}
}

// A mistake is reported with its place. Values that do not apply are not
// checked.
func TestMistakes(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		env  map[string]string
		want string
	}{
		"of a flag":               {[]string{"--fail-on=urgent"}, nil, `--fail-on: unknown severity "urgent", must be one of critical, high, medium, low, info`},
		"in the environment":      {nil, map[string]string{"PRODCHECK_SECRETS": "maybe"}, `PRODCHECK_SECRETS: must be true or false, not "maybe"`},
		"a score that none has":   {nil, map[string]string{"PRODCHECK_MIN_SCORE": "101"}, "PRODCHECK_MIN_SCORE: must be from 0 to 100, not 101"},
		"a score that is none":    {nil, map[string]string{"PRODCHECK_MIN_SCORE": "ten"}, "PRODCHECK_MIN_SCORE: must be from 0 to 100, not ten"},
		"an option of no check":   {[]string{"--set=pending.time=9"}, nil, `--set: pending has no option "time", did you mean grace?`},
		"a profile beside checks": {[]string{"--check=pending", "--profile=strict"}, nil, "--profile cannot be used with --check, which names the checks to run"},
		"a flag takes precedence": {[]string{"--secrets"}, map[string]string{"PRODCHECK_SECRETS": "maybe"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if _, err := Resolve(flagSet(t, test.args), func(name string) string { return test.env[name] }, &config.File{}, catalog); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
