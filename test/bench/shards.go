//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// measureShards audits a cluster in so many shards, merges them, and audits the whole, in
// turn. The costs are medians of the rounds, after one that writes the reports.
func (s server) measureShards(ctx context.Context, plugin string, shards, rounds int) (c shardCosts, err error) {
	dir, err := os.MkdirTemp("", "prodcheck-bench-")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	audit := func(args ...string) (cost, error) {
		return s.measure(ctx, program{auditName, auditAgent, command(s.Cluster, plugin, args...)})
	}
	var runs [][]string
	merge := []string{"merge"}
	for i := range shards {
		report, shard := filepath.Join(dir, fmt.Sprintf("%d.json", i+1)), fmt.Sprintf("--shard=%d/%d", i+1, shards)
		merge = append(merge, report)
		if _, err := audit("-A", shard, "-o", "json="+report); err != nil {
			return c, err
		}
		runs = append(runs, []string{"-A", shard})
	}
	runs = append(runs, merge, []string{"-A"})
	costs := make([][]cost, len(runs))
	for range rounds {
		for i, args := range runs {
			one, err := audit(slices.Concat(args, []string{"-o", "json"})...)
			if err != nil {
				return c, err
			}
			costs[i] = append(costs[i], one)
		}
	}
	for _, of := range costs[:shards] {
		c.each = append(c.each, medians(of))
	}
	c.merge, c.whole = medians(costs[shards]), medians(costs[shards+1])
	return c, nil
}

// shardCosts are the costs of the shards of a cluster, of merging them, and of the whole.
type shardCosts struct {
	each         []cost
	merge, whole cost
}

// shardTargets compare the worst shard with the whole. A process needs some memory
// before it has read anything; --help shows how much.
func (r result) shardTargets() []target {
	if len(r.shards.each) == 0 {
		return nil
	}
	whole, empty := r.shards.whole, r.median(helpName)
	var worst cost
	for _, c := range r.shards.each {
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
	if len(r.shards.each) == 0 {
		return
	}
	fmt.Fprintf(w, "\n**%s**, in %d shards\n\n| | wall | CPU | peak memory |\n|---|---|---|---|\n", r.size, len(r.shards.each))
	row := func(name string, c cost) {
		fmt.Fprintf(w, "| %s | %.2f s | %.2f s | %.0f MB |\n", name, c.wall.Seconds(), c.cpu.Seconds(), float64(c.peak)/megabyte)
	}
	row("the whole", r.shards.whole)
	for i, c := range r.shards.each {
		row(fmt.Sprintf("shard %d/%d", i+1, len(r.shards.each)), c)
	}
	row("merge", r.shards.merge)
	printTargets(w, r.shardTargets())
}
