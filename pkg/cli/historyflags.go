package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/history"
)

func addHistoryFlags(cmd *cobra.Command) {
	cmd.Flags().String("history", "",
		"Directory in which to keep the report. The earlier reports in it show what is new, and since when findings are open")
	cmd.Flags().String("history-keep", "",
		"Remove reports older than this from the history (e.g. 90d). The default is to keep all")
	completeFlag(cmd, "history", completeDirectories)
}

// pastReports reads the reports of a history and adds new ones. The zero value does
// nothing.
type pastReports struct {
	directory history.Directory
	keep      time.Duration
}

func historyOf(s *settings.Settings) pastReports {
	return pastReports{history.Directory(s.History.Value), s.HistoryKeep.Value}
}

// mark says of each finding what the history knows of it.
func (p pastReports) mark(r *api.Report, errOut io.Writer) error {
	if p.directory == "" {
		return nil
	}
	damaged, err := p.directory.Mark(r)
	for _, entry := range damaged {
		fmt.Fprintf(errOut, "history: %s: %s\n", entry.File, entry.Reason)
	}
	return err
}

// add removes old reports, which makes room on a disk that is full, and keeps a new one.
func (p pastReports) add(r *api.Report) error {
	if p.directory == "" {
		return nil
	}
	var err error
	if p.keep > 0 {
		err = p.directory.Prune(r.Metadata.CreationTimestamp.Add(-p.keep), now())
	}
	return errors.Join(err, p.directory.Append(r))
}

// runs returns a function that reads the earlier audits, and adds what prevents it to the
// failures. It is nil without a history.
func (p pastReports) runs(failed *failures) func() []api.Run {
	if p.directory == "" {
		return nil
	}
	return func() []api.Run {
		h, err := p.directory.Tell(history.Query{})
		switch {
		case errors.Is(err, fs.ErrNotExist):
			// The first audit makes the directory.
			return nil
		case err != nil:
			*failed = append(*failed, err)
			return nil
		}
		return h.Items
	}
}
