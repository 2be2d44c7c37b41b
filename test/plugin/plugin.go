// Package plugin builds kubectl-prodcheck for tests that run it as kubectl does. Unlike in a release,
// dependencies are inlined: they are in the build cache.
package plugin

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build puts the plugin, and its completion under the name that kubectl looks
// for, into dir: a directory on kubectl's PATH.
func Build(dir string) error {
	binary := filepath.Join(dir, "kubectl-prodcheck")
	build := exec.Command("go", "build", "-trimpath", "-o", binary, "github.com/prodcheck/kubectl-prodcheck/cmd/kubectl-prodcheck")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	return os.Symlink(binary, filepath.Join(dir, "kubectl_complete-prodcheck"))
}
