package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// mountOwn replaces directories of the machine by the node's own, which are
// below the current directory.
func mountOwn() error {
	// Nothing that is mounted here shall appear on the machine. Among themselves, containers may share mounts.
	if err := mount("none", "/", "", syscall.MS_REC|syscall.MS_SLAVE); err != nil {
		return err
	}
	if err := mount("none", "/", "", syscall.MS_REC|syscall.MS_SHARED); err != nil {
		return err
	}
	// The old one shows the processes of the machine.
	if err := mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NOEXEC|syscall.MS_NODEV); err != nil {
		return err
	}
	for _, dir := range []string{"/run", "/var/lib", "/var/log"} {
		own := ownPath(dir)
		if err := os.MkdirAll(own, 0o755); err != nil {
			return err
		}
		if err := mount(own, dir, "", syscall.MS_BIND); err != nil {
			return err
		}
	}
	return mountKernelSettings()
}

// kernelSettings are the settings that kubelet makes for the whole machine,
// unless they are made already.
var kernelSettings = map[string]string{
	"/proc/sys/kernel/keys/root_maxbytes": "25000000",
	"/proc/sys/kernel/keys/root_maxkeys":  "1000000",
	"/proc/sys/kernel/panic":              "10",
	"/proc/sys/kernel/panic_on_oops":      "1",
	"/proc/sys/vm/overcommit_memory":      "1",
	"/proc/sys/vm/panic_on_oom":           "0",
}

// mountKernelSettings shows kubelet the settings that it wants, so that it does
// not change those of the machine. The node does not need them: the machine
// decides what to do when the kernel panics.
func mountKernelSettings() error {
	for setting, value := range kernelSettings {
		own := ownPath(setting)
		if err := os.MkdirAll(filepath.Dir(own), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(own, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := mount(own, setting, "", syscall.MS_BIND); err != nil {
			return err
		}
	}
	return nil
}

// ownPath returns the place below the current directory that the node sees as
// path.
func ownPath(path string) string {
	return filepath.Join("node", strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"))
}

func mount(source, target, fstype string, flags uintptr) error {
	if err := syscall.Mount(source, target, fstype, flags, ""); err != nil {
		return fmt.Errorf("mount %s on %s: %w", source, target, err)
	}
	return nil
}
