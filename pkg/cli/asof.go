package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// now is the clock of this machine. Tests replace it, so that none passes on one
// day and fails on another.
var now = time.Now

// asOfFlag is the time as of which an audit judges.
type asOfFlag struct {
	typed string
	given time.Time
}

func (f *asOfFlag) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.typed, "as-of", f.typed,
		"Judge as of this time, in RFC 3339. The default is now or, for a snapshot, the time at which it was taken")
}

func (f *asOfFlag) complete() error {
	if f.typed == "" {
		return nil
	}
	var err error
	if f.given, err = time.Parse(time.RFC3339, f.typed); err != nil {
		return fmt.Errorf("--as-of must be a time like 2026-11-21T02:30:00Z, not %q", f.typed)
	}
	return nil
}

// time returns the time of the flag, otherwise the time of the inventory,
// otherwise now.
func (f *asOfFlag) time(inv *inventory.Inventory) time.Time {
	for _, t := range []time.Time{f.given, inv.Time} {
		if !t.IsZero() {
			return t
		}
	}
	return now().Truncate(time.Second)
}
