package kube

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// build brings bin/cluster up to date, and returns its path.
func build() (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(root, "bin", "cluster")
	output, err := exec.Command(filepath.Join(root, script), binary).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the cluster binary: %w\n%s", err, output)
	}
	return binary, nil
}

// script builds the cluster binary.
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
