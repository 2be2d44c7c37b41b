// Package node runs a whole node, kubelet and containerd, so that nothing of it
// can outlive it.
//
// The node has its own namespaces for processes, mounts and the network. When
// its first process ends, however that happens, the kernel ends all others,
// including containers, and removes the mounts and the network. Inside, the node
// finds an empty /run, /var/lib and /var/log: it may use every default path
// without touching the machine's. Only control groups have to be removed
// explicitly.
package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/process"
)

// Node is a node, as seen from the machine.
type Node struct {
	init    *process.Process
	control *os.File // The node reads its settings from it.
	report  *os.File // The node reports on it that it is ready.
	link    *link
}

// settings are passed to the inside of a node.
type settings struct {
	Name       string
	Address    string
	Cgroup     string
	Kubeconfig string // Its content, because the node does not see the machine's files at their paths.
	Images     []string
	// ImageArchives are files that the node sees as well: not below /run, /var/lib or /var/log.
	ImageArchives []string
	Deadline      time.Time // When it must be ready.
}

// readyReport is sent by the inside of a node when pods can run.
const readyReport = "ready\n"

// Isolate creates the namespaces of a node, as part of the group, and the link
// to it. The node then waits for Join. A node returned along with an error must
// be removed as well.
func Isolate(group *process.Group, dir string) (*Node, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	stdin, control, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdin.Close()
	report, stdout, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, control.Close())
	}
	defer stdout.Close()
	n := &Node{control: control, report: report}

	cmd := exec.Command(self, InitVerb)
	cmd.Dir = dir
	cmd.Stdin = stdin
	cmd.Stdout = stdout
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET,
	}
	if n.init, err = group.Start("node", cmd); err != nil {
		return n, fmt.Errorf("create the namespaces of a node: %w", err)
	}
	if n.link, err = connect(n.init.Pid()); err != nil {
		return n, err
	}
	if err := os.WriteFile(cgroupRecord(dir), []byte(n.link.name), 0o600); err != nil {
		return n, err
	}
	return n, createCgroup(n.link.name)
}

// cgroupRecord is the file that has the name of the node's control group, for RemoveRemains.
func cgroupRecord(dir string) string { return filepath.Join(dir, "cgroup") }

// HostAddress is the address by which the machine and the node both reach the machine.
func (n *Node) HostAddress() string { return n.link.host }

// Join makes the node join a cluster under the given name and waits until pods
// can run on it.
func (n *Node) Join(ctx context.Context, name, kubeconfig string, images, imageArchives []string) error {
	content, err := os.ReadFile(kubeconfig)
	if err != nil {
		return err
	}
	deadline, _ := ctx.Deadline()
	if err := json.NewEncoder(n.control).Encode(settings{
		Name:          name,
		Address:       n.link.node,
		Cgroup:        n.link.name,
		Kubeconfig:    string(content),
		Images:        images,
		ImageArchives: imageArchives,
		Deadline:      deadline,
	}); err != nil {
		return fmt.Errorf("tell the node what to join: %w", err)
	}
	// At the deadline the node gives up by itself, with a better reason.
	stopWatching := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) {
			n.report.Close()
		}
	})
	defer stopWatching()
	report, err := io.ReadAll(io.LimitReader(n.report, int64(len(readyReport))))
	if ctx.Err() != nil && err != nil {
		return ctx.Err()
	}
	if err != nil || string(report) == readyReport {
		return err
	}
	return n.init.Failure()
}

// Remove removes the remains of a node whose processes have ended.
func (n *Node) Remove() error {
	n.control.Close()
	n.report.Close()
	if n.link == nil {
		return nil
	}
	n.link.remove()
	return removeCgroup(n.link.name)
}

// RemoveRemains removes the remains of a node that ran in dir and was killed
// along with this program.
func RemoveRemains(dir string) error {
	name, err := os.ReadFile(cgroupRecord(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	// It may have been killed before it wrote the name, or created the group.
	if !strings.HasPrefix(string(name), linkName) {
		return nil
	}
	// Another node may have got the name since.
	if _, err := net.InterfaceByName(string(name)); err == nil {
		return nil
	}
	return removeCgroup(string(name))
}
