package cluster_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/cluster"
	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/node"
)

func TestClustersSideBySideLeaveNothing(t *testing.T) {
	t.Parallel()
	binary := build(t)
	first, second := run(t, binary), run(t, binary)
	if first.Server == second.Server {
		t.Errorf("both have their server at %s", first.Server)
	}
	for _, c := range []*running{first, second} {
		output, err := exec.Command(c.Kubectl, "--kubeconfig", c.Kubeconfig, "get", "--raw", "/readyz").CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", c.Server, err, output)
		}
	}
	first.stop(t)
	first.leavesNothing(t)
	second.stop(t)
	second.leavesNothing(t)
}

func TestNodeLeavesNothing(t *testing.T) {
	t.Parallel()
	if err := node.CheckRequirements(); err != nil {
		t.Skip(err)
	}
	c := run(t, build(t), "--node")
	// The names that RemoveRemains needs are the names of everything that a node
	// has outside its namespaces.
	name, err := os.ReadFile(filepath.Join(c.Dir, "cgroup"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.InterfaceByName(string(name)); err != nil {
		t.Errorf("the node has no link: %v", err)
	}
	c.stop(t)
	c.leavesNothing(t)
	if _, err := net.InterfaceByName(string(name)); err == nil {
		t.Errorf("the interface %s is left", name)
	}
	for _, pattern := range []string{"/sys/fs/cgroup/", "/sys/fs/cgroup/*/"} {
		if left, _ := filepath.Glob(pattern + string(name)); len(left) > 0 {
			t.Errorf("cgroups are left: %s", left)
		}
	}
}

// running is a "cluster run".
type running struct {
	cluster.Description
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr *bytes.Buffer
}

func build(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(root, "bin", "cluster")
	script := filepath.Join(root, "test", "cluster", "build.sh")
	if output, err := exec.Command(script, binary).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	return binary
}

func run(t *testing.T, binary string, args ...string) *running {
	t.Helper()
	c := &running{cmd: exec.Command(binary, append([]string{"run"}, args...)...), stderr: &bytes.Buffer{}}
	c.cmd.Stderr = c.stderr
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.stdin = stdin
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	if err := json.NewDecoder(stdout).Decode(&c.Description); err != nil {
		t.Fatalf("the cluster does not start: %v\n%s", c.cmd.Wait(), c.stderr)
	}
	if len(c.processes(t)) == 0 {
		t.Fatal("the cluster has no processes")
	}
	return c
}

func (c *running) stop(t *testing.T) {
	t.Helper()
	c.stdin.Close()
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the cluster does not stop: %v\n%s", err, c.stderr)
	}
}

func (c *running) leavesNothing(t *testing.T) {
	t.Helper()
	if left := c.processes(t); len(left) > 0 {
		t.Errorf("processes are left:\n%s", strings.Join(left, "\n"))
	}
	if _, err := os.Stat(c.Dir); err == nil {
		t.Errorf("%s is left", c.Dir)
	}
}

// processes returns the command lines of the processes that run in the cluster's
// directory or have it in their arguments.
func (c *running) processes(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, dir := range dirs {
		// An error means that the process has just ended.
		cwd, _ := os.Readlink(filepath.Join(dir, "cwd"))
		arguments, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		line := string(bytes.ReplaceAll(arguments, []byte{0}, []byte{' '}))
		if strings.HasPrefix(cwd, c.Dir) || strings.Contains(line, c.Dir) {
			found = append(found, line)
		}
	}
	return found
}
