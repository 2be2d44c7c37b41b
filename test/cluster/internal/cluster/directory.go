package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/node"
)

// directory is the one place a cluster writes to. Its lock is held as long as
// the cluster lives, and the kernel releases it however the cluster ends, so the
// lock distinguishes a running cluster from the remains of one.
type directory struct {
	path string
	lock *os.File
}

const lockName = "prodcheck-cluster.lock"

// claim makes path the directory of a new cluster. An empty path stands for a new temporary directory.
func claim(path string) (*directory, error) {
	if path == "" {
		temporary, err := os.MkdirTemp("", "prodcheck-cluster-")
		if err != nil {
			return nil, err
		}
		path = temporary
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	// Everything in it will be removed at the end, so it must not contain anything
	// that belongs to somebody else.
	_, err = os.Stat(filepath.Join(path, lockName))
	if len(entries) > 0 && err != nil {
		return nil, fmt.Errorf("%s is neither empty nor left by a cluster: name another directory", path)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("a cluster is running in %[1]s: "+
			"stop it with \"cluster down --dir %[1]s\", or name another directory", path)
	}
	d := &directory{path: path, lock: lock}
	if err := d.clear(entries); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return d, nil
}

// clear removes what a cluster that was killed left behind, and makes the directory ready for a new one.
func (d *directory) clear(entries []os.DirEntry) error {
	if err := node.RemoveRemains(d.path); err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() != lockName {
			if err := os.RemoveAll(filepath.Join(d.path, entry.Name())); err != nil {
				return err
			}
		}
	}
	return os.Mkdir(d.logs(), 0o755)
}

func (d *directory) logs() string { return filepath.Join(d.path, "logs") }

// remove removes the directory with all that is in it.
func (d *directory) remove() error {
	defer d.lock.Close()
	return os.RemoveAll(d.path)
}
