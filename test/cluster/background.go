package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/cluster"
)

// background runs "cluster run --node" in a session of its own and returns when the cluster is ready.
func background(ctx context.Context, options cluster.Options) (cluster.Description, error) {
	var description cluster.Description
	self, err := os.Executable()
	if err != nil {
		return description, err
	}
	args := []string{"run", "--node", "--dir", options.Dir}
	for _, image := range options.Images {
		args = append(args, "--image", image)
	}
	for _, file := range options.ImageArchives {
		args = append(args, "--image-archive", file)
	}
	cmd := exec.Command(self, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}

	// A runner ends with its standard input. This one holds the other end of its own, so that it never ends.
	stdin, held, err := os.Pipe()
	if err != nil {
		return description, err
	}
	defer stdin.Close()
	defer held.Close()
	cmd.Stdin = stdin
	cmd.ExtraFiles = []*os.File{held}

	// Pipes, not our own output: a shell that reads that should not wait for the cluster to end.
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return description, err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return description, err
	}
	if err := cmd.Start(); err != nil {
		return description, err
	}
	stopWatching := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stopWatching()
	if err := json.NewDecoder(stdout).Decode(&description); err != nil {
		message, _ := io.ReadAll(stderr) // If it cannot be read, the status has to do.
		return description, fmt.Errorf("%w\n%s", cmd.Wait(), bytes.TrimPrefix(message, []byte("error: ")))
	}
	return description, nil
}

// defaultDir names the place where up leaves a cluster and down finds it.
func defaultDir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no default for --dir: %w", err)
	}
	return filepath.Join(cache, "prodcheck-test-cluster"), nil
}
