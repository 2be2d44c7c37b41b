//go:build linux

package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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
	lintName   = "the lists of Popeye"
)

// auditAgent is the User-Agent of an audit, and of its help.
const auditAgent = "kubectl-prodcheck/"

// serverPrograms lists the programs whose cost to the server is compared.
var serverPrograms = []string{auditName, tableName, lintName}

// programs returns all measured programs. The bare reader gets the given lists.
func programs(cluster *kube.Cluster, plugin, kubectl, self string, lists []string) []program {
	return []program{
		{auditName, auditAgent, command(cluster, plugin, "-A", "-o", "json")},
		{tableName, "kubectl/", func(ctx context.Context) *exec.Cmd {
			cmd := cluster.KubectlCommand(ctx, "get", "pods", "-A")
			cmd.Path, cmd.Args[0] = kubectl, kubectl
			return cmd
		}},
		{readerName, readerAgent, command(cluster, self, append([]string{readVerb}, lists...)...)},
		{gzipName, floorAgent, command(cluster, self, append([]string{floorVerb, compressed}, lists...)...)},
		{plainName, floorAgent, command(cluster, self, append([]string{floorVerb, uncompressed}, lists...)...)},
		{helpName, auditAgent, command(cluster, plugin, "--help")},
		{lintName, lintAgent, command(cluster, self, lintVerb)},
	}
}

func command(cluster *kube.Cluster, path string, args ...string) func(context.Context) *exec.Cmd {
	return func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
		return cmd
	}
}

// measure measures everything that is compared with a cluster whose state is in data.
func measure(ctx context.Context, data, plugin string, l size, rounds, shards int) (r result, err error) {
	r = result{size: l, costs: map[string][]cost{}, server: map[string]serverCost{}}
	plugin, err = filepath.Abs(plugin)
	if err != nil {
		return r, err
	}
	file, err := os.Stat(plugin)
	if err != nil {
		return r, err
	}
	r.binary = file.Size()
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	kubectl, err := buildKubectl(ctx)
	if err != nil {
		return r, err
	}
	if err := r.measureInTurn(ctx, data, plugin, kubectl, self, rounds, shards); err != nil || l.few() {
		return r, err
	}
	for _, name := range serverPrograms {
		c, err := measureServer(ctx, data, name, func(c *kube.Cluster) []program { return programs(c, plugin, kubectl, self, r.lists) })
		if err != nil && name != lintName {
			return r, err
		}
		// A server cannot send whole lists of any size, as JSON, within a minute.
		c.failed = err != nil
		r.server[name] = c
	}
	return r, nil
}

// measureInTurn starts the cluster and runs everything in turn, so that whatever else
// the machine does hits all alike.
func (r *result) measureInTurn(ctx context.Context, data, plugin, kubectl, self string, rounds, shards int) (err error) {
	cluster, stop, err := kube.Run(kube.WithData(data), kube.WithoutControllers())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	server := server{cluster}
	if r.podSize, err = server.podSize(ctx, min(r.pods, 500)); err != nil {
		return err
	}

	// The first audit shows which lists the reader has to read. The first round of
	// each program warms up caches and does not count.
	audit := programs(cluster, plugin, kubectl, self, nil)[0]
	if _, err := server.measure(ctx, audit); err != nil {
		return err
	}
	requests, err := server.requests(audit.agent)
	if err != nil {
		return err
	}
	r.lists = firstPages(requests)
	for round := range rounds + 1 {
		for _, p := range programs(cluster, plugin, kubectl, self, r.lists) {
			if p.name == lintName {
				continue
			}
			c, err := server.measure(ctx, p)
			if err != nil {
				return err
			}
			if round > 0 {
				r.costs[p.name] = append(r.costs[p.name], c)
			}
		}
	}
	if r.few() || shards == 0 {
		return nil
	}
	r.shards, err = server.measureShards(ctx, plugin, shards, rounds)
	return err
}

// cost is the cost of one run of a program.
type cost struct {
	wall, cpu time.Duration
	served    time.Duration // CPU of the API server.
	peak      int64         // Bytes of memory.
	floor     int64         // Less memory cannot be measured.
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
	// The audit log was large, and is garbage that should not be collected meanwhile.
	runtime.GC()
	if c, err = run(ctx, p.start(ctx)); err != nil {
		return c, err
	}
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
