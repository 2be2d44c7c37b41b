//go:build unix

package cli

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// A process of Windows cannot send itself the signal of Ctrl-C alone, without its parents.
func TestSignalsInterrupt(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		ctx, stop := interruptible()
		if err := syscall.Kill(os.Getpid(), signal); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
			t.Errorf("%v does not interrupt", signal)
		}
		stop()
	}
}
