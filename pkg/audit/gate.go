package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Gate lists the requirements of a pipeline.
type Gate struct {
	// FailOn requires that no finding of this severity or worse is open.
	FailOn api.Severity
	// MinScore requires a score: the gate fails if there is none. Nil requires
	// nothing.
	MinScore *int
	// RequireComplete requires that everything was read and, in an observation, seen.
	RequireComplete bool
}

// GateError describes a gate that makes no sense.
type GateError struct {
	Problem GateProblem
	Gate    Gate
	// MinSeverity is the lowest severity that the audit looks for.
	MinSeverity api.Severity
}

// GateProblem explains why a gate is invalid.
type GateProblem int

const (
	// ScoreOutOfRange means a MinScore that no report can have.
	ScoreOutOfRange GateProblem = iota
	// SeverityHidden means a FailOn below MinSeverity.
	SeverityHidden
	// SeverityNeverFound means a FailOn that no check reaches.
	SeverityNeverFound
)

func (e GateError) Error() string {
	switch e.Problem {
	case ScoreOutOfRange:
		return fmt.Sprintf("the gate requires a score of %d, which is not from 0 to 100", *e.Gate.MinScore)
	case SeverityHidden:
		return fmt.Sprintf("the gate fails on severity %s, but nothing below %s is looked for", e.Gate.FailOn, e.MinSeverity)
	}
	return fmt.Sprintf("the gate fails on severity %s, but no check that runs finds anything this severe", e.Gate.FailOn)
}

// Validate refuses a gate that makes no sense: a score that no report can have,
// or findings that the audit does not look for. It returns a GateError.
func (g Gate) Validate(min api.Severity) error {
	if g.MinScore != nil && (*g.MinScore < 0 || *g.MinScore > 100) {
		return GateError{ScoreOutOfRange, g, min}
	}
	if g.FailOn != "" && min != "" && !g.FailOn.AtLeast(min) {
		return GateError{SeverityHidden, g, min}
	}
	return nil
}

// ValidateFor refuses a gate that could never fail with these checks. It returns
// a GateError.
func (g Gate) ValidateFor(checks []*Check) error {
	if g.FailOn == "" || slices.ContainsFunc(checks, func(c *Check) bool { return c.worst().AtLeast(g.FailOn) }) {
		return nil
	}
	return GateError{Problem: SeverityNeverFound, Gate: g}
}

// Apply writes into a finished report what becomes of the requirements.
func (g Gate) Apply(r *api.Report) { r.Gate = g.report(r) }

// report returns the requirements on a report, nil if there are none.
func (g Gate) report(r *api.Report) *api.Gate {
	if g == (Gate{}) {
		return nil
	}
	result := &api.Gate{
		FailOn: g.FailOn, MinScore: g.MinScore, RequireComplete: g.RequireComplete,
		Unmet: g.Unmet(r), Missing: g.Missing(r),
	}
	result.Holds = len(result.Unmet)+len(result.Missing) == 0
	return result
}

// Unmet lists the requirements on score and severity that a report does not
// meet.
func (g Gate) Unmet(r *api.Report) []string {
	var unmet []string
	if g.FailOn != "" {
		var open []string
		for _, severity := range api.Severities {
			if n := r.Summary.Findings.Of(severity); n > 0 && severity.AtLeast(g.FailOn) {
				open = append(open, fmt.Sprintf("%d %s", n, severity))
			}
		}
		if len(open) > 0 {
			unmet = append(unmet, fmt.Sprintf("%s open, none may be %s", strings.Join(open, ", "), g.FailOn.OrWorse()))
		}
	}
	if g.MinScore != nil {
		switch score := r.Summary.Score.Score; {
		case score == nil:
			unmet = append(unmet, fmt.Sprintf("nothing was judged, the score must be at least %d", *g.MinScore))
		case *score < *g.MinScore:
			unmet = append(unmet, fmt.Sprintf("the score is %d, it must be at least %d", *score, *g.MinScore))
		}
	}
	return unmet
}

// maxNotRead limits the files that Missing names.
const maxNotRead = 3

// Missing lists what was not read or judged although the gate requires
// everything.
func (g Gate) Missing(r *api.Report) []string {
	if !g.RequireComplete {
		return nil
	}
	var missing []string
	for _, i := range r.Incomplete {
		// List it once for all namespaces.
		if what := fmt.Sprintf("%s: %s", i.Resource, i.Reason); !slices.Contains(missing, what) {
			missing = append(missing, what)
		}
	}
	for i, file := range r.NotRead {
		if i == maxNotRead {
			missing = append(missing, fmt.Sprintf("%d more not read", len(r.NotRead)-i))
			break
		}
		missing = append(missing, fmt.Sprintf("%s: %s", file.File, file.Reason))
	}
	if len(missing) == 0 {
		for _, c := range r.Checks {
			if c.Unknown > 0 {
				missing = append(missing, fmt.Sprintf("%s: %s", c.ID, c.Reason))
			}
		}
	}
	return append(missing, missedChanges(r)...)
}

// missedChanges lists the changes that an observation missed, of what was read completely.
func missedChanges(r *api.Report) []string {
	if r.Observation == nil {
		return nil
	}
	var missed []string
	for _, m := range r.Observation.Missed {
		switch {
		case slices.ContainsFunc(r.Incomplete, func(i api.Incomplete) bool { return i.Resource == m.Resource }):
		case m.Seconds < r.Observation.Seconds:
			missed = append(missed, fmt.Sprintf("changes of %s for %ds: %s", m.Resource, m.Seconds, m.Reason))
		default:
			missed = append(missed, fmt.Sprintf("changes of %s: %s", m.Resource, m.Reason))
		}
	}
	return missed
}
