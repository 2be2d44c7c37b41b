// Package process runs the programs a cluster consists of: each with a log of its own, none outliving its parent.
package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Process is a running program.
type Process struct {
	name string
	log  string
	cmd  *exec.Cmd
	// done is closed when the program has ended; status is valid from then on.
	done   chan struct{}
	status error
}

// start starts a program that logs into logDir.
func start(name, logDir string, cmd *exec.Cmd) (*Process, error) {
	p := &Process{name: name, log: filepath.Join(logDir, name+".log"), cmd: cmd, done: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	defer log.Close()
	cmd.Stderr = log
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	// If this process is killed, the kernel kills the child. Strictly speaking, the
	// signal follows the thread that started the child, and Go ends no thread
	// unless a goroutine locked to it ends, which never happens here.
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	// Ctrl-C in a terminal goes to the whole process group. With a group of its
	// own, we decide about the order in which processes end.
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.status = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// Pid is the process id, as seen from here.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// kill ends the program at once and waits until it is gone. A test cluster is
// not worth a slow, orderly end.
func (p *Process) kill() {
	// The only failure is that it has ended already.
	_ = p.cmd.Process.Kill()
	<-p.done
}

// Failure waits until the program has ended and says why.
func (p *Process) Failure() error {
	<-p.done
	reason := "it ended without an error"
	if p.status != nil {
		reason = p.status.Error()
	}
	return fmt.Errorf("%s stopped: %s; the end of its log:\n%s", p.name, reason, Tail(p.log))
}

// Await returns when ready does so without an error. It fails as soon as the program ends, and when ctx does.
func (p *Process) Await(ctx context.Context, ready func(context.Context) error) error {
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		last := ready(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-poll.C:
		case <-p.done:
			return p.Failure()
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return fmt.Errorf("%s did not become ready in time: %w; is this machine too busy? The end of its log:\n%s",
				p.name, last, Tail(p.log))
		}
	}
}
