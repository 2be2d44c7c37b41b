package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

const (
	observeFlag = "observe"
	// leastObserved is the shortest observation that can show anything.
	leastObserved = time.Second
)

func addObserveFlag(cmd *cobra.Command, window *time.Duration) {
	cmd.Flags().DurationVar(window, observeFlag, *window,
		"After reading the cluster, watch it for this time (e.g. 2m), and count what happens. Requires permission to watch everything that is listed")
}

// validateObserve refuses an observation of files, and one without a duration.
func validateObserve(window time.Duration, files *filesFlags) error {
	switch {
	case window == 0:
		return nil
	case files.given():
		return fmt.Errorf("--observe cannot be used with %s: files do not change", files.flag())
	case window < leastObserved:
		return fmt.Errorf("--observe must be at least %s, not %s", leastObserved, window)
	}
	return nil
}
