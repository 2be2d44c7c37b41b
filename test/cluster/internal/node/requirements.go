package node

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// requirement is something that a node needs from the machine, and the Debian
// package that contains it.
type requirement struct {
	what    string
	pkg     string
	missing func() bool
}

var requirements = []requirement{
	command("containerd", "containerd"),
	command("containerd-shim-runc-v2", "containerd"),
	command("ctr", "containerd"),
	command("runc", "runc"),
	command("ip", "iproute2"),
	{
		what:    "the CNI plugins bridge, host-local and loopback",
		pkg:     "containernetworking-plugins",
		missing: func() bool { return cniPlugins() == "" },
	},
	{
		what:    "a static busybox",
		pkg:     "busybox-static",
		missing: func() bool { return busybox() == "" },
	},
}

// watchers are the programs with which tests watch a cluster. A node does not
// need them.
var watchers = []requirement{
	command("prometheus", "prometheus"),
	command("promtool", "prometheus"),
	command("prometheus-pushgateway", "prometheus-pushgateway"),
}

func command(name, pkg string) requirement {
	return requirement{"the command " + name, pkg, func() bool {
		_, err := exec.LookPath(name)
		return err != nil
	}}
}

// cniPlugins returns the directory of the network plugins, or "".
func cniPlugins() string {
	for _, dir := range []string{"/usr/lib/cni", "/opt/cni/bin"} {
		complete := true
		for _, plugin := range []string{"bridge", "host-local", "loopback"} {
			_, err := os.Stat(filepath.Join(dir, plugin))
			complete = complete && err == nil
		}
		if complete {
			return dir
		}
	}
	return ""
}

// busybox returns the path of a busybox that needs no libraries, because it is
// the only file in its image, or "".
func busybox() string {
	path, err := exec.LookPath("busybox")
	if err != nil {
		return ""
	}
	binary, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer binary.Close()
	if slices.ContainsFunc(binary.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		return ""
	}
	return path
}

// CheckRequirements says what this machine lacks to run a node.
func CheckRequirements() error {
	if os.Geteuid() != 0 {
		return errors.New("a node needs root: run this as root, or do without the node")
	}
	var missing []string
	for _, r := range requirements {
		if r.missing() {
			missing = append(missing, r.what)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("a node needs %s, which this machine lacks; install it with\n"+
		"\tapt-get install %s\nor with \"cluster node-packages\"",
		strings.Join(missing, ", "), strings.Join(missingPackages(requirements), " "))
}

func missingPackages(of []requirement) []string {
	var packages []string
	for _, r := range of {
		if r.missing() && !slices.Contains(packages, r.pkg) {
			packages = append(packages, r.pkg)
		}
	}
	return packages
}

// InstallPackages installs the packages that CheckRequirements asks for, and those of the watchers.
func InstallPackages(ctx context.Context) error {
	packages := missingPackages(slices.Concat(requirements, watchers))
	if len(packages) == 0 {
		return nil
	}
	install := append([]string{"install", "--yes", "--no-install-recommends"}, packages...)
	for _, args := range [][]string{{"update"}, install} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("apt-get %s: %w", strings.Join(args, " "), err)
		}
	}
	return CheckRequirements()
}
