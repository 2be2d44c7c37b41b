package kube

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The modules below test/cluster that are binaries.
const (
	clusterModule = "."
	oldestModule  = "oldest"
)

// build brings the binary of a module up to date in bin, and returns its path.
func build(name, module string) (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(root, "bin", name)
	output, err := exec.Command(filepath.Join(root, script), binary, module).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, output)
	}
	return binary, nil
}

// script builds the binaries.
var script = filepath.Join("test", "cluster", "build.sh")

// repository is the root of the repository. Tests run in the directory of their package, somewhere below it.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, script)); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("a cluster can only be started by tests within the repository")
		}
		dir = parent
	}
}
