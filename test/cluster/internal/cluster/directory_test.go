package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestClaim(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "cluster")
	first, err := claim(path)
	if err != nil {
		t.Fatal(err)
	}
	if !Running(path) {
		t.Error("a claimed directory is not taken for a running cluster")
	}
	if _, err := claim(path); err == nil || !strings.Contains(err.Error(), "is running") {
		t.Errorf("a directory in use is claimed again: %v", err)
	}

	// A cluster that is killed releases the lock, and nothing else.
	first.lock.Close()
	if Running(path) {
		t.Error("what is left of a cluster is taken for a running one")
	}
	second, err := claim(path)
	if err != nil {
		t.Fatalf("claim what is left of a cluster: %v", err)
	}
	if err := second.remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the directory is still there")
	}
}

func TestClaimLeavesOthersAlone(t *testing.T) {
	path := t.TempDir()
	if err := os.WriteFile(filepath.Join(path, "thesis"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := claim(path); err == nil {
		t.Error("a directory with somebody's files is claimed")
	}
}
