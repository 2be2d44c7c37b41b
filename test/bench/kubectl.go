//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// buildKubectl builds the kubectl of the test cluster's version as a distribution ships
// it: a stripped binary of its own.
func buildKubectl(ctx context.Context) (string, error) {
	binary, err := filepath.Abs(filepath.Join("bin", "kubectl"))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "k8s.io/kubernetes/cmd/kubectl")
	cmd.Dir, cmd.Env = filepath.Join("test", "cluster"), append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build kubectl: %w\n%s", err, output)
	}
	return binary, nil
}
