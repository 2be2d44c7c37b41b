package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
)

func addGateFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.String("fail-on", "",
		"Exit with 1 if there is a finding of this severity or worse. One of: (critical, high, medium, low, info)")
	flags.Int("min-score", 0, "Exit with 1 if the score is less than this, from 0 to 100")
	flags.Bool("require-complete", false, "Exit with 3 if something could not be read or judged")
	completeFlag(cmd, "fail-on", completeSeverities)
}

// validateGate refuses a gate that could never fail.
func validateGate(s *settings.Settings, checks []*audit.Check) error {
	err := s.Gate().Validate(s.MinSeverity.Value)
	// A gate that is meant for all checks must not fail an audit of a few of them.
	if !s.Narrowed() || s.FailOn.Source.Origin == settings.Flag {
		err = cmp.Or(err, s.Gate().ValidateFor(checks))
	}
	var mistake audit.GateError
	if !errors.As(err, &mistake) {
		return err
	}
	message, flags := gateMessage(mistake)
	// The user may not have typed the flags that the message names.
	var elsewhere []string
	for _, flag := range flags {
		source := map[string]settings.Source{
			"min-severity": s.MinSeverity.Source, "fail-on": s.FailOn.Source, "min-score": s.MinScore.Source,
		}[flag]
		if source.Origin != settings.Flag {
			elsewhere = append(elsewhere, fmt.Sprintf("--%s is set by %s", flag, source))
		}
	}
	if len(elsewhere) == 0 {
		return errors.New(message)
	}
	return configError{fmt.Errorf("%s (%s)", message, strings.Join(elsewhere, ", "))}
}

// gateMessage describes the problem of a gate in terms of flags, and returns
// these flags.
func gateMessage(e audit.GateError) (message string, flags []string) {
	switch e.Problem {
	case audit.ScoreOutOfRange:
		return fmt.Sprintf("--min-score must be from 0 to 100, not %d", *e.Gate.MinScore), []string{"min-score"}
	case audit.SeverityHidden:
		return fmt.Sprintf("--fail-on=%s cannot be used with --min-severity=%s, which hides less severe findings",
			e.Gate.FailOn, e.MinSeverity), []string{"min-severity", "fail-on"}
	}
	return fmt.Sprintf("--fail-on=%s can never fail: no check that runs finds anything this severe", e.Gate.FailOn), []string{"fail-on"}
}

// maxMissing limits what one line lists.
const maxMissing = 4

// demand returns an error about every requirement that a report does not meet.
// Requirements that are not met come before those that could not be judged.
func demand(r *api.Report) error {
	if r.Gate == nil || r.Gate.Holds {
		return nil
	}
	status := statusIncomplete
	var reasons []string
	if unmet := r.Gate.Unmet; len(unmet) > 0 {
		status = statusUnmet
		reasons = append(reasons, "the gate failed: "+strings.Join(unmet, ", "))
	}
	if missing := r.Gate.Missing; len(missing) > 0 {
		if more := len(missing) - maxMissing; more > 0 {
			missing = append(slices.Clone(missing[:maxMissing]), fmt.Sprintf("and %d more, which -o json lists", more))
		}
		reasons = append(reasons, "the audit is incomplete: "+strings.Join(missing, ", "))
	}
	return demandError{status, strings.Join(reasons, "; ")}
}
