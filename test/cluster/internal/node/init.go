package node

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// The verbs of this program that are the inside of a node: its first process, and the one that does the work.
const (
	InitVerb = "node-init"
	RunVerb  = "node-run"
)

// Init is the first process of a node: the parent of all processes whose parent
// has ended, which it reaps. It does nothing else, because os/exec wants to wait
// for its children itself.
func Init(context.Context, []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	run, err := os.StartProcess(self, []string{self, RunVerb}, &os.ProcAttr{
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		return err
	}
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return fmt.Errorf("wait: %w", err)
		case pid == run.Pid:
			os.Exit(status.ExitStatus())
		}
	}
}
