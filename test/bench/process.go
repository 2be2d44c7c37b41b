//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// runVerb runs a program as the child of a small process. Linux counts the memory of the
// parent as that of its child, and this program needs more than some that it measures.
const runVerb = "run"

// usage contains the time and memory of a program.
type usage struct {
	Wall, CPU time.Duration
	// Peak is the most memory that it had, and Floor that of its parent.
	Peak, Floor int64
}

// runProgram runs the program of the arguments and prints its usage as JSON.
func runProgram(ctx context.Context, args []string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return json.NewEncoder(os.Stdout).Encode(usage{
		Wall: time.Since(begin), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		// Linux counts in KiB.
		Peak: used.Maxrss << 10, Floor: ownPeak(),
	})
}

// ownPeak returns the most memory that this process had.
func ownPeak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "\nVmHWM:")
	var kib int64
	_, _ = fmt.Sscan(rest, &kib)
	return kib << 10
}

// run runs a program, whose output is discarded, and measures its process.
func run(ctx context.Context, program *exec.Cmd) (c cost, err error) {
	self, err := os.Executable()
	if err != nil {
		return c, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{runVerb, program.Path}, program.Args[1:]...)...)
	cmd.Env, cmd.Dir = program.Env, program.Dir
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return c, fmt.Errorf("%s: %w\n%s", program, err, errOut.Bytes())
	}
	var used usage
	if err := json.Unmarshal(out.Bytes(), &used); err != nil {
		return c, fmt.Errorf("%s: %w", program, err)
	}
	return cost{wall: used.Wall, cpu: used.CPU, peak: used.Peak, floor: used.Floor}, nil
}
