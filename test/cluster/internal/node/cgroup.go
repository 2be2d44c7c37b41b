package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const cgroupRoot = "/sys/fs/cgroup"

// createCgroup creates the control group that all pods of a node live in: in each hierarchy of version 1, or in the
// one of version 2.
func createCgroup(name string) error {
	// A node that was killed could not remove its own.
	if err := removeCgroup(name); err != nil {
		return err
	}
	if unified() {
		if err := enableControllers(); err != nil {
			return err
		}
	}
	dirs, err := cgroupDirs(name)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	return nil
}

const controllersFile = cgroupRoot + "/cgroup.controllers"

// unified reports whether this machine has cgroups of version 2.
func unified() bool {
	_, err := os.Stat(controllersFile)
	return err == nil
}

// enableControllers lets the groups below the root, in version 2, control what
// kubelet wants to control.
func enableControllers() error {
	available, err := os.ReadFile(controllersFile)
	if err != nil {
		return err
	}
	for _, controller := range []string{"cpu", "cpuset", "memory", "hugetlb", "pids"} {
		if !slices.Contains(strings.Fields(string(available)), controller) {
			continue
		}
		err := os.WriteFile(filepath.Join(cgroupRoot, "cgroup.subtree_control"), []byte("+"+controller), 0o644)
		if err != nil {
			return fmt.Errorf("enable the cgroup controller %s: %w", controller, err)
		}
	}
	return nil
}

// removeCgroup removes a control group and all its descendants. It must not
// contain processes any longer.
func removeCgroup(name string) error {
	dirs, err := cgroupDirs(name)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := removeCgroupDir(dir); err != nil {
			return fmt.Errorf("remove cgroup: %w", err)
		}
	}
	return nil
}

// cgroupDirs returns the directories a control group has or may have.
func cgroupDirs(name string) ([]string, error) {
	if unified() {
		return []string{filepath.Join(cgroupRoot, name)}, nil
	}
	hierarchies, err := os.ReadDir(cgroupRoot)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, h := range hierarchies {
		if h.IsDir() { // The others are links, such as cpu to cpu,cpuacct.
			dirs = append(dirs, filepath.Join(cgroupRoot, h.Name(), name))
		}
	}
	return dirs, nil
}

func removeCgroupDir(dir string) error {
	var groups []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			groups = append(groups, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, group := range slices.Backward(groups) {
		if err := removeEmptyCgroup(group); err != nil {
			return err
		}
	}
	return nil
}

// removeEmptyCgroup removes one group. Processes that have just died may still count for a moment.
func removeEmptyCgroup(dir string) error {
	deadline := time.Now().Add(5 * time.Second)
	for {
		err := syscall.Rmdir(dir)
		if !errors.Is(err, syscall.EBUSY) || time.Now().After(deadline) {
			if err != nil {
				return &fs.PathError{Op: "rmdir", Path: dir, Err: err}
			}
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}
