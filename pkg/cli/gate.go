package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// gateFlags are what a pipeline demands.
type gateFlags struct {
	failOn          string
	minScore        int
	requireComplete bool

	audit.Gate
}

func (f *gateFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.failOn, "fail-on", f.failOn,
		"Exit with 1 if there is a finding of this severity or worse. One of: (critical, high, medium, low, info)")
	flags.IntVar(&f.minScore, "min-score", f.minScore, "Exit with 1 if the score is less than this, from 0 to 100")
	flags.BoolVar(&f.requireComplete, "require-complete", f.requireComplete,
		"Exit with 3 if something could not be read or judged")
	completeFlag(cmd, "fail-on", completeSeverities)
}

func (f *gateFlags) complete(cmd *cobra.Command) error {
	f.Gate = audit.Gate{RequireComplete: f.requireComplete}
	// Even a score of 0 is a demand: without any score it is not met.
	if cmd.Flags().Changed("min-score") {
		f.MinScore = &f.minScore
	}
	var err error
	f.FailOn, err = parseSeverity("--fail-on", f.failOn)
	return err
}

// demand returns an error that says all that a report does not satisfy. What
// is known to be wrong outranks what is not known.
func demand(r *report.Report) error {
	if r.Gate == nil || r.Gate.Holds {
		return nil
	}
	status := statusIncomplete
	var reasons []string
	if unmet := r.Gate.Unmet; len(unmet) > 0 {
		status = statusUnmet
		reasons = append(reasons, "the gate does not hold: "+strings.Join(unmet, ", "))
	}
	if missing := r.Gate.Missing; len(missing) > 0 {
		reasons = append(reasons, "the audit is incomplete: "+strings.Join(missing, ", "))
	}
	return demandError{status, strings.Join(reasons, "; ")}
}
