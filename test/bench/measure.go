package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// program is one of the programs that are measured in turn.
type program struct {
	name  string
	agent string // The beginning of the User-Agent of its requests.
	start func(context.Context) *exec.Cmd
}

const (
	auditName  = "kubectl prodcheck -A -o json"
	tableName  = "kubectl get pods -A"
	readerName = "bare paged reader"
	gzipName   = "one list of each, gzip"
	plainName  = "one list of each, plain"
	helpName   = "kubectl prodcheck --help"
)

// programs returns all measured programs. The bare reader gets the given lists.
func programs(cluster *kube.Cluster, plugin, kubectl, self string, lists []string) []program {
	command := func(path string, args ...string) func(context.Context) *exec.Cmd {
		return func(ctx context.Context) *exec.Cmd {
			cmd := exec.CommandContext(ctx, path, args...)
			cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
			return cmd
		}
	}
	return []program{
		{auditName, "kubectl-prodcheck/", command(plugin, "-A", "-o", "json")},
		{tableName, "kubectl/", func(ctx context.Context) *exec.Cmd {
			cmd := cluster.KubectlCommand(ctx, "get", "pods", "-A")
			cmd.Path, cmd.Args[0] = kubectl, kubectl
			return cmd
		}},
		{readerName, readerAgent, command(self, append([]string{readVerb}, lists...)...)},
		{gzipName, floorAgent, command(self, append([]string{floorVerb, compressed}, lists...)...)},
		{plainName, floorAgent, command(self, append([]string{floorVerb, uncompressed}, lists...)...)},
		{helpName, "kubectl-prodcheck/", command(plugin, "--help")},
	}
}

// measure starts the cluster whose state is in data and runs everything in
// turn, so that whatever else the machine does hits all alike.
func measure(ctx context.Context, data, plugin string, l size, rounds int) (r result, err error) {
	cluster, stop, err := kube.Run(kube.WithData(data), kube.WithoutControllers())
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	server := server{cluster}
	r = result{size: l, costs: map[string][]cost{}}
	if r.podSize, err = server.podSize(ctx, min(l.pods, 500)); err != nil {
		return r, err
	}
	plugin, err = filepath.Abs(plugin)
	if err != nil {
		return r, err
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	kubectl, err := buildKubectl(ctx)
	if err != nil {
		return r, err
	}

	// The first audit shows which lists the reader has to read. The first round of
	// each program warms up caches and does not count.
	audit := programs(cluster, plugin, kubectl, self, nil)[0]
	if _, err := server.measure(ctx, audit); err != nil {
		return r, err
	}
	requests, err := server.requests(audit.agent)
	if err != nil {
		return r, err
	}
	r.lists = firstPages(requests)
	for round := range rounds + 1 {
		for _, p := range programs(cluster, plugin, kubectl, self, r.lists) {
			c, err := server.measure(ctx, p)
			if err != nil {
				return r, err
			}
			if round > 0 {
				r.costs[p.name] = append(r.costs[p.name], c)
			}
		}
	}
	return r, nil
}

// cost is the cost of one run of a program.
type cost struct {
	wall, cpu time.Duration
	served    time.Duration // CPU of the API server.
	peak      int64         // Bytes of memory.
	requests  int
	bytes     int64 // Of lists, as sent.
}

func (s server) measure(ctx context.Context, p program) (c cost, err error) {
	requestsBefore, err := s.requests(p.agent)
	if err != nil {
		return c, err
	}
	bytesBefore, err := s.listBytes(ctx)
	if err != nil {
		return c, err
	}
	// What one program leaves behind in the server must not be paid for by the next.
	if err := s.collectGarbage(ctx); err != nil {
		return c, err
	}
	servedBefore, err := s.cpu(ctx)
	if err != nil {
		return c, err
	}
	cmd := p.start(ctx)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	begin := time.Now()
	err = cmd.Run()
	c.wall = time.Since(begin)
	if err != nil {
		return c, fmt.Errorf("%s: %w\n%s", p.name, err, stderr.Bytes())
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	c.peak = peak(cmd.ProcessState.SysUsage().(*syscall.Rusage))
	served, err := s.cpu(ctx)
	if err != nil {
		return c, err
	}
	c.served = served - servedBefore

	requests, err := s.requests(p.agent)
	if err != nil {
		return c, err
	}
	bytes, err := s.listBytes(ctx)
	if err != nil {
		return c, err
	}
	c.requests, c.bytes = len(requests)-len(requestsBefore), bytes-bytesBefore
	return c, nil
}

// peak returns the most memory that a process had. Linux counts in KiB. It also
// counts the memory of the parent that started the process, so the parent stays
// small.
func peak(usage *syscall.Rusage) int64 { return usage.Maxrss << 10 }

// ownPeak returns the smallest memory that can be measured.
func ownPeak() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return peak(&usage)
}
