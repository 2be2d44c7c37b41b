package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

// earlierFlags compare reports with earlier ones, of a history or a file.
type earlierFlags struct {
	baseline  string
	failOnNew string

	before   *parts
	severity api.Severity
	past     pastReports
}

func (f *earlierFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.baseline, "baseline", f.baseline,
		"File with an earlier report (-o json or yaml) to compare with: findings that are new or worse come first. '-' is standard input")
	cmd.Flags().StringVar(&f.failOnNew, "fail-on-new", f.failOnNew,
		"Exit with 1 if a finding of this severity or worse is new or has become worse since the --baseline or, without one, "+
			"since the report of a day ago in the --history. One of: (critical, high, medium, low, info). "+
			"A finding that could not be judged earlier passes, unless --require-complete is given")
	completeFlag(cmd, "baseline", completeFiles)
	completeFlag(cmd, "fail-on-new", completeSeverities)
	addHistoryFlags(cmd)
}

func (f *earlierFlags) complete(s *settings.Settings, in io.Reader) error {
	f.past = historyOf(s)
	if f.past.directory == "" && s.HistoryKeep.Source.Origin == settings.Flag {
		return errors.New("--history-keep cannot be used without --history")
	}
	var err error
	if f.failOnNew != "" {
		if f.severity, err = api.ParseSeverity(f.failOnNew); err != nil {
			return fmt.Errorf("--fail-on-new: %w", err)
		}
		if f.baseline == "" && f.past.directory == "" {
			return errors.New("--fail-on-new needs a --baseline or a --history to compare with")
		}
		if err := f.validateFor(s.MinSeverity.Value); err != nil {
			return err
		}
	}
	if f.baseline != "" {
		if f.before, err = readParts([]string{f.baseline}, in); err != nil {
			return fmt.Errorf("--baseline: %w", err)
		}
		if len(f.before.clusters) == 0 {
			return fmt.Errorf("--baseline: %s: the list has no reports", f.baseline)
		}
	}
	return nil
}

// validateFor refuses a gate on findings that a minimum severity hides.
func (f *earlierFlags) validateFor(least api.Severity) error {
	if least == "" || f.severity == "" || f.severity.AtLeast(least) {
		return nil
	}
	return fmt.Errorf("--fail-on-new=%s cannot be used with --min-severity=%s, which hides what is less severe", f.severity, least)
}

// marker returns a function that compares reports with earlier ones.
func (f *earlierFlags) marker(errOut io.Writer) marker {
	return func(r *api.Report) failures { return f.mark(r, errOut) }
}

// mark compares a report with an earlier one. What cannot be read does not change it.
func (f *earlierFlags) mark(r *api.Report, errOut io.Writer) (failed failures) {
	for _, err := range []error{f.past.mark(r, errOut), f.compare(r)} {
		if err != nil {
			failed = append(failed, err)
		}
	}
	if f.severity != "" {
		compare.Gate(r, f.severity)
		f.warn(r, errOut)
	}
	return failed
}

// warn says what --fail-on-new cannot see.
func (f *earlierFlags) warn(r *api.Report, errOut io.Writer) {
	text := compare.Uncompared(r, f.severity)
	switch {
	case r.Changes == nil:
		text = "there is no earlier report to compare with"
	case text == "", r.Gate.RequireComplete:
		return
	default:
		text += ", and did not count; with --require-complete, the exit status is 3"
	}
	fmt.Fprintf(errOut, "--fail-on-new: %s: %s\n", r.Metadata.Name, text)
}

// compare compares a report with the baseline.
func (f *earlierFlags) compare(r *api.Report) error {
	if f.baseline == "" {
		return nil
	}
	before, err := f.before.of(r.Metadata.Name)
	if err != nil {
		return fmt.Errorf("--baseline %s: %w", f.baseline, err)
	}
	c := compare.Of(before, r)
	c.Mark()
	c.MarkFirstSeen()
	r.Changes.Earlier.File = api.Text(filepath.ToSlash(f.baseline), api.MaxMessage)
	compare.NewFirst(r)
	return nil
}

// keep adds the reports to the history.
func (f *earlierFlags) keep(found result) failures {
	if f.past.directory == "" {
		return nil
	}
	return found.eachReport(f.past.add)
}
