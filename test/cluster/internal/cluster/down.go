package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// stopTimeout limits the end of a cluster, which takes about a second.
const stopTimeout = time.Minute

// Running reports whether a cluster lives in dir, or is starting or stopping
// there.
func Running(dir string) bool {
	lock, err := os.Open(filepath.Join(dir, lockName))
	if err != nil {
		return false
	}
	defer lock.Close()
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

// Down ends the cluster that lives in dir, or removes the remains of one that
// was killed.
func Down(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, lockName)); err != nil {
		return fmt.Errorf("no cluster in %s", dir)
	}
	if err := end(ctx, dir); err != nil {
		return err
	}
	remains, err := claim(dir)
	if err != nil {
		return err
	}
	return remains.remove()
}

// end makes the cluster that lives in dir, if there is one, end itself.
func end(ctx context.Context, dir string) error {
	if !Running(dir) {
		return nil
	}
	description, err := Describe(dir)
	if err != nil {
		return fmt.Errorf("the cluster in %s is still starting or stopping: %w", dir, err)
	}
	if err := syscall.Kill(description.Pid, syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop process %d: %w", description.Pid, err)
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for Running(dir) {
		select {
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("the cluster in %s does not stop: %w", dir, ctx.Err())
		}
	}
	return nil
}
