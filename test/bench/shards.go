//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// measureShards audits a cluster in so many shards, one after the other, and merges
// them. The costs of a shard are medians of the rounds.
func measureShards(ctx context.Context, cluster *kube.Cluster, plugin string, shards, rounds int) (each []cost, merge cost, err error) {
	dir, err := os.MkdirTemp("", "prodcheck-bench-")
	if err != nil {
		return nil, merge, err
	}
	defer os.RemoveAll(dir)
	audit := func(args ...string) (cost, error) {
		cmd := exec.CommandContext(ctx, plugin, args...)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
		return run(ctx, cmd)
	}
	var reports []string
	for i := range shards {
		report := filepath.Join(dir, fmt.Sprintf("%d.json", i+1))
		reports = append(reports, report)
		var costs []cost
		for range rounds {
			c, err := audit("-A", fmt.Sprintf("--shard=%d/%d", i+1, shards), "-o", "json="+report, "-o", "name")
			if err != nil {
				return nil, merge, err
			}
			costs = append(costs, c)
		}
		each = append(each, medians(costs))
	}
	var costs []cost
	for range rounds {
		c, err := audit(append([]string{"merge", "-o", "json"}, reports...)...)
		if err != nil {
			return nil, merge, err
		}
		costs = append(costs, c)
	}
	return each, medians(costs), nil
}

// shardTargets compare the worst shard with the whole. A process needs some memory
// before it has read anything; --help shows how much.
func (r result) shardTargets() []target {
	if len(r.shards) == 0 {
		return nil
	}
	whole, empty := r.median(auditName), r.median(helpName)
	var worst cost
	for _, c := range r.shards {
		worst = cost{wall: max(worst.wall, c.wall), cpu: max(worst.cpu, c.cpu), peak: max(worst.peak, c.peak)}
	}
	return []target{
		{"wall of a shard, of the whole", worst.wall.Seconds() / whole.wall.Seconds(), 0.2, ""},
		{"peak memory of a shard, of the whole", float64(worst.peak) / float64(whole.peak), 0.2, ""},
		{"peak memory of a shard, of the whole, both beyond --help", float64(worst.peak-empty.peak) / float64(whole.peak-empty.peak), 0.2, ""},
	}
}

// printShards writes what each shard costs.
func (r result) printShards(w io.Writer) {
	if len(r.shards) == 0 {
		return
	}
	fmt.Fprintf(w, "\n**%s**, in %d shards\n\n| | wall | CPU | peak memory |\n|---|---|---|---|\n", r.size, len(r.shards))
	row := func(name string, c cost) {
		fmt.Fprintf(w, "| %s | %.2f s | %.2f s | %.0f MB |\n", name, c.wall.Seconds(), c.cpu.Seconds(), float64(c.peak)/megabyte)
	}
	row("the whole", r.median(auditName))
	for i, c := range r.shards {
		row(fmt.Sprintf("shard %d/%d", i+1, len(r.shards)), c)
	}
	row("merge", r.merge)
	printTargets(w, r.shardTargets())
}
