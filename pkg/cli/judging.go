package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// judgingFlags are how an inventory becomes a report.
type judgingFlags struct {
	catalogue catalogue
	version   string
	selection selectionFlags
	set       []string
	asOf      asOfFlag

	chosen   audit.Selection
	checks   []*audit.Check
	settings audit.Settings
	// gate is what the report is held against, for verbs that have one.
	gate audit.Gate
}

func newJudgingFlags(p *program) judgingFlags {
	return judgingFlags{catalogue: p.catalogue, version: p.version.Version, selection: newSelectionFlags(p)}
}

func (f *judgingFlags) addFlags(cmd *cobra.Command) {
	f.selection.addFlags(cmd)
	cmd.Flags().StringArrayVar(&f.set, "set", f.set,
		"Set an option of a check: CHECK.OPTION=VALUE (e.g. --set pod-pending.grace=30m). 'explain' shows them")
	completeFlag(cmd, "set", f.catalogue.completeOptions)
}

func (f *judgingFlags) complete(cmd *cobra.Command) error {
	var err error
	if f.chosen, err = f.selection.selection(cmd); err != nil {
		return err
	}
	if f.checks, err = audit.Select(f.catalogue, f.chosen); err != nil {
		return err
	}
	if f.settings, err = f.selection.policy.settings(f.set); err != nil {
		return err
	}
	return f.asOf.complete()
}

// validateGate refuses a gate that could never fail.
func (f *judgingFlags) validateGate() error {
	sources := f.selection.policy.sources
	err := f.gate.Validate(f.chosen.MinSeverity)
	// A look at some checks must not fail for a gate that is meant for all of them.
	if narrowed := len(f.selection.checks)+len(f.selection.skip)+len(f.selection.categories) > 0; !narrowed || sources["fail-on"] == "--fail-on" {
		err = cmp.Or(err, f.gate.ValidateFor(f.checks))
	}
	if err == nil {
		return nil
	}
	// The message speaks of flags, which the user may not have given.
	var elsewhere []string
	for _, c := range configurable {
		source := sources[c.flag]
		if source != "" && source != "--"+c.flag && strings.Contains(err.Error(), "--"+c.flag) {
			elsewhere = append(elsewhere, fmt.Sprintf("--%s is set by %s", c.flag, source))
		}
	}
	if len(elsewhere) == 0 {
		return err
	}
	return configError{fmt.Errorf("%w (%s)", err, strings.Join(elsewhere, ", "))}
}

// policy is what the engine heeds. Where the checks are named, what the file says
// of others has no part.
func (f *judgingFlags) policy() audit.Policy {
	policy := f.selection.policy.policy()
	if len(f.chosen.Checks) > 0 {
		policy.Enabled = nil
	}
	return policy
}

// judge makes a report of an inventory.
func (f *judgingFlags) judge(inv *inventory.Inventory) *report.Report {
	return audit.Run(inv, audit.Options{
		Checks: f.checks, Profile: f.chosen.Profile, Settings: f.settings, Now: f.asOf.time(inv),
		ToolVersion: f.version, MinSeverity: f.chosen.MinSeverity,
		Catalogue: f.catalogue, Policy: f.policy(), Gate: f.gate,
	})
}
