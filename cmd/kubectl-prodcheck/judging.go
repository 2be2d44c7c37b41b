package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// judgingFlags are how an inventory becomes a report.
type judgingFlags struct {
	selection selectionFlags
	set       []string
	asOf      asOfFlag

	chosen   audit.Selection
	checks   []*audit.Check
	settings audit.Settings
}

func (f *judgingFlags) addFlags(cmd *cobra.Command) {
	f.selection.addFlags(cmd)
	cmd.Flags().StringArrayVar(&f.set, "set", f.set,
		"Set an option of a check: CHECK.OPTION=VALUE (e.g. --set pod-pending.grace=30m). 'explain' shows them")
	completeFlag(cmd, "set", completeOptions)
}

func (f *judgingFlags) complete() error {
	var err error
	if f.chosen, err = f.selection.selection(); err != nil {
		return err
	}
	if f.checks, err = audit.Select(checks.All(), f.chosen); err != nil {
		return err
	}
	if f.settings, err = audit.ParseSettings(checks.All(), f.set); err != nil {
		return fmt.Errorf("--set: %w", err)
	}
	return f.asOf.complete()
}

// judge makes a report of an inventory.
func (f *judgingFlags) judge(inv *inventory.Inventory) *report.Report {
	return audit.Run(inv, audit.Options{
		Checks: f.checks, Profile: f.chosen.Profile, Settings: f.settings, Now: f.asOf.time(inv),
		ToolVersion: buildVersion().Version, MinSeverity: f.chosen.MinSeverity,
	})
}
