package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// selectionFlags are which checks to run.
type selectionFlags struct {
	checks      []string
	skip        []string
	categories  []string
	minSeverity string
}

func (f *selectionFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.checks, "check", f.checks,
		"Run only these checks, by ID or pattern (e.g. --check container-oom-killed,'job-*'). Opt-in checks run only when they match")
	flags.StringSliceVar(&f.skip, "skip", f.skip, "Do not run these checks, by ID or pattern")
	flags.StringSliceVar(&f.categories, "category", f.categories, "Run only the checks of these categories")
	flags.StringVar(&f.minSeverity, "min-severity", f.minSeverity,
		"Look only for findings of this severity or worse. One of: (critical, high, medium, low, info)")
	completeFlag(cmd, "check", completeList(checkIDs))
	completeFlag(cmd, "skip", completeList(checkIDs))
	completeFlag(cmd, "category", completeList(categories))
	completeFlag(cmd, "min-severity", completeSeverities)
}

// selection returns the checks to run and the least severity to look for.
func (f *selectionFlags) selection() ([]*audit.Check, report.Severity, error) {
	minSeverity, err := parseSeverity("--min-severity", f.minSeverity)
	if err != nil {
		return nil, "", err
	}
	selected, err := audit.Select(checks.All(), audit.Selection{
		Checks: f.checks, Skip: f.skip, Categories: f.categories, MinSeverity: minSeverity,
	})
	return selected, minSeverity, err
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
