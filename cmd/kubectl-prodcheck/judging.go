package main

import (
	"bytes"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// judgingFlags are how an inventory becomes a report, and a report an output
// and an exit status.
type judgingFlags struct {
	selection selectionFlags
	gateFlags gateFlags
	output    outputFlags
	asOfFlag  string
	set       []string

	chosen   audit.Selection
	checks   []*audit.Check
	settings audit.Settings
	gate     audit.Gate
	asOf     time.Time
	// printer is for programs, nil for people.
	printer kubeprinters.ResourcePrinter
}

func newJudgingFlags() judgingFlags { return judgingFlags{output: newOutputFlags()} }

func (f *judgingFlags) addFlags(cmd *cobra.Command) {
	f.selection.addFlags(cmd)
	f.gateFlags.addFlags(cmd)
	f.output.addFlags(cmd)
	cmd.Flags().StringArrayVar(&f.set, "set", f.set,
		"Set an option of a check: CHECK.OPTION=VALUE (e.g. --set pod-pending.grace=30m). 'explain' shows them")
	completeFlag(cmd, "set", completeOptions)
	cmd.Flags().StringVar(&f.asOfFlag, "as-of", f.asOfFlag,
		"Judge as of this time, in RFC 3339. The default is now, or the time at which a snapshot was taken")
}

func (f *judgingFlags) complete(cmd *cobra.Command) error {
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
	if f.gate, err = f.gateFlags.gate(cmd); err != nil {
		return err
	}
	if f.printer, err = f.output.objectPrinter(); err != nil {
		return err
	}
	if f.asOfFlag != "" {
		if f.asOf, err = time.Parse(time.RFC3339, f.asOfFlag); err != nil {
			return fmt.Errorf("--as-of must be a time like 2026-11-21T02:30:00Z, not %q", f.asOfFlag)
		}
	}
	return nil
}

func (f *judgingFlags) validate() error { return f.gateFlags.validate() }

// judge prints a report of the inventory. The report is there even if the gate
// does not hold, and it is written as a whole or not at all.
func (f *judgingFlags) judge(inv *inventory.Inventory, streams genericiooptions.IOStreams) error {
	r := audit.Run(inv, audit.Options{
		Checks: f.checks, Profile: f.chosen.Profile, Settings: f.settings, Now: f.now(inv),
		ToolVersion: buildVersion().Version, MinSeverity: f.chosen.MinSeverity,
	})
	var out bytes.Buffer
	if err := f.print(&out, r, f.output.forPeople(streams.Out)); err != nil {
		return err
	}
	if nothingFound(r) {
		fmt.Fprintln(streams.ErrOut, noResources(r.Scope))
	}
	if _, err := out.WriteTo(streams.Out); err != nil && !isClosedPipe(err) {
		return err
	}
	return demand(f.gate, r)
}

func (f *judgingFlags) print(out *bytes.Buffer, r *report.Report, people printers.Options) error {
	if f.printer != nil {
		return f.printer.PrintObj(r, out)
	}
	return printers.Table(out, r, people)
}

// now is the time as of which to judge.
func (f *judgingFlags) now(inv *inventory.Inventory) time.Time {
	for _, t := range []time.Time{f.asOf, inv.Time} {
		if !t.IsZero() {
			return t
		}
	}
	return time.Now().Truncate(time.Second)
}

// nothingFound reports whether there certainly is nothing to audit.
func nothingFound(r *report.Report) bool {
	subjects := r.Summary.Subjects
	return subjects.Workloads+subjects.Services == 0 && len(r.Incomplete) == 0
}

// noResources is how kubectl says it.
func noResources(scope report.Scope) string {
	if len(scope.Namespaces) == 1 {
		return fmt.Sprintf("No resources found in %s namespace.", scope.Namespaces[0])
	}
	return "No resources found"
}
