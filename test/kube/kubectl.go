package kube

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Kubectl runs kubectl as the admin and returns its standard output. The test ends if kubectl fails.
func (c *Cluster) Kubectl(t testing.TB, args ...string) string {
	t.Helper()
	output, err := c.KubectlCommand(t.Context(), args...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
		}
		t.Fatalf("kubectl %s: %v", strings.Join(args, " "), err)
	}
	return string(output)
}

// KubectlCommand prepares a run of kubectl as the admin, for tests of its
// status, standard input or standard error.
func (c *Cluster) KubectlCommand(ctx context.Context, args ...string) *exec.Cmd {
	path := append(append([]string{}, c.plugins...), filepath.Dir(c.kubectl), os.Getenv("PATH"))
	cmd := exec.CommandContext(ctx, c.kubectl, args...)
	cmd.Env = append(os.Environ(),
		"KUBECONFIG="+c.Kubeconfig,
		"KUBECACHEDIR="+filepath.Join(filepath.Dir(c.Kubeconfig), "kubectl-cache"),
		"PATH="+strings.Join(path, string(os.PathListSeparator)),
	)
	return cmd
}

// Apply applies the objects in files or directories.
func (c *Cluster) Apply(t testing.TB, paths ...string) {
	t.Helper()
	args := []string{"apply", "--server-side"}
	for _, path := range paths {
		args = append(args, "--filename="+path)
	}
	c.Kubectl(t, args...)
}
