package cli

import (
	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// judgingFlags control how an inventory becomes a report.
type judgingFlags struct {
	selectionFlags
	version string
	asOf    asOfFlag
}

func newJudgingFlags(p *program) judgingFlags {
	return judgingFlags{selectionFlags: newSelectionFlags(p), version: p.version.Version}
}

func (f *judgingFlags) addFlags(cmd *cobra.Command) {
	f.selectionFlags.addFlags(cmd)
	cmd.Flags().StringArray("set", nil,
		"Set an option of a check: CHECK.OPTION=VALUE (e.g. --set pod-pending.grace=30m). 'explain' lists the options")
	completeFlag(cmd, "set", f.catalog.completeOptions)
}

func (f *judgingFlags) complete(cmd *cobra.Command) error {
	if err := f.selectionFlags.complete(cmd); err != nil {
		return err
	}
	return f.asOf.complete()
}

func (f *judgingFlags) validate() error { return validateGate(&f.settings, f.checks) }

// judge makes a report of an inventory.
func (f *judgingFlags) judge(inv *inventory.Inventory) *api.Report {
	return f.begin(inv).Conclude(inv)
}

// begin starts an audit as of the time of its first inventory.
func (f *judgingFlags) begin(inv *inventory.Inventory) *audit.Audit {
	s := &f.settings
	gate := s.Gate()
	if inv.Scope.Shard != nil {
		// It applies to the whole.
		gate = audit.Gate{}
	}
	return audit.Begin(audit.Options{
		Checks: f.checks, Profile: s.Profile.Value, Settings: s.Options, Now: f.asOf.time(inv),
		ToolVersion: f.version, MinSeverity: s.MinSeverity.Value,
		Catalog: f.catalog, Policy: s.Policy(), Gate: gate,
	})
}
