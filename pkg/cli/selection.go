package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// selectionFlags are which checks to run.
type selectionFlags struct {
	catalogue   catalogue
	checks      []string
	skip        []string
	categories  []string
	minSeverity string
	profile     string
	policy      policyFlags
	// sampling also picks checks. Only verbs that read a cluster add its flags.
	sampling samplingFlags
}

func newSelectionFlags(p *program) selectionFlags {
	return selectionFlags{catalogue: p.catalogue, policy: policyFlags{catalogue: p.catalogue}}
}

func (f *selectionFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.checks, "check", f.checks,
		"Run only these checks, by ID or pattern (e.g. --check container-oom-killed,'job-*')")
	flags.StringSliceVar(&f.skip, "skip", f.skip, "Do not run these checks, by ID or pattern")
	flags.StringSliceVar(&f.categories, "category", f.categories, "Run only the checks of these categories")
	flags.StringVar(&f.profile, "profile", f.profile,
		"How much to ask for. One of: (baseline, production, strict). The default is production; not with --check")
	flags.StringVar(&f.minSeverity, "min-severity", f.minSeverity,
		"Look only for findings of this severity or worse. One of: (critical, high, medium, low, info)")
	f.policy.addFlag(cmd)
	completeFlag(cmd, "check", completeList(f.catalogue.ids))
	completeFlag(cmd, "skip", completeList(f.catalogue.ids))
	completeFlag(cmd, "category", completeList(f.catalogue.categories))
	completeFlag(cmd, "min-severity", completeSeverities)
	completeFlag(cmd, "profile", completeProfiles)
}

// selection says which checks to run. It reads the configuration first.
func (f *selectionFlags) selection(cmd *cobra.Command) (audit.Selection, error) {
	if err := f.policy.complete(cmd); err != nil {
		return audit.Selection{}, err
	}
	s := audit.Selection{
		Checks: f.checks, Skip: f.skip, Categories: f.categories, Samples: f.sampling.asked(),
		Enabled: f.policy.file.Enabled(), Severities: f.policy.file.Severities(),
	}
	var err error
	if s.MinSeverity, err = parseSeverity("--min-severity", f.minSeverity); err != nil {
		return s, err
	}
	switch {
	case len(f.checks) == 0:
		s.Profile, err = audit.ParseProfile(cmp.Or(f.profile, string(audit.Production)))
	case f.profile != "":
		err = errors.New("--profile cannot be used with --check, which names the checks to run")
	}
	return s, err
}

// selected returns the checks to run.
func (f *selectionFlags) selected(cmd *cobra.Command) ([]*audit.Check, error) {
	s, err := f.selection(cmd)
	if err != nil {
		return nil, err
	}
	return audit.Select(f.catalogue, s)
}

// request is what a source must read for the checks and the policy.
func (f *selectionFlags) request(checks []*audit.Check, scope inventory.Scope) inventory.Request {
	return f.policy.request(f.sampling.request(checks, scope))
}

// parseSeverity reads an optional severity.
func parseSeverity(flag, value string) (report.Severity, error) {
	if value == "" {
		return "", nil
	}
	severity, err := report.ParseSeverity(value)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	return severity, nil
}
