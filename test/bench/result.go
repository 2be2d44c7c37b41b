//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// result contains everything that was measured on one cluster.
type result struct {
	size
	podSize int
	binary  int64    // The size of the program, in bytes.
	lists   []string // The first pages that an audit asks for.
	costs   map[string][]cost
	shards  shardCosts
	server  map[string]serverCost
}

func (r result) median(name string) cost { return medians(r.costs[name]) }

// medians returns the median of each cost separately.
func medians(costs []cost) cost {
	return cost{
		wall:     median(costs, func(c cost) time.Duration { return c.wall }),
		cpu:      median(costs, func(c cost) time.Duration { return c.cpu }),
		served:   median(costs, func(c cost) time.Duration { return c.served }),
		peak:     median(costs, func(c cost) int64 { return c.peak }),
		floor:    median(costs, func(c cost) int64 { return c.floor }),
		requests: median(costs, func(c cost) int { return c.requests }),
		bytes:    median(costs, func(c cost) int64 { return c.bytes }),
	}
}

func median[T int | int64 | time.Duration](costs []cost, of func(cost) T) T {
	values := make([]T, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// target is a number that an audit must not exceed.
type target struct {
	what           string
	measured, most float64
	unit           string
}

func (t target) holds() string {
	if t.measured <= t.most {
		return "yes"
	}
	return "no"
}

const megabyte = 1e6

// targets are the promises of the design for a cluster of this size.
func (r result) targets() []target {
	audit := r.median(auditName)
	ratio := func(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }
	peak := target{what: "peak memory", measured: float64(audit.peak) / megabyte, unit: " MB"}
	for _, limit := range []struct {
		pods int
		peak float64
	}{{30, 45}, {20_000, 100}, {50_000, 170}, {largestPods, 400}} {
		if peak.most = limit.peak; r.pods <= limit.pods {
			break
		}
	}
	if r.inMemory() {
		return []target{peak}
	}
	table, reader := r.median(tableName), r.median(readerName)
	targets := []target{
		peak,
		{"requests beyond the pages", float64(audit.requests - reader.requests), 10, ""},
		{"lists read twice", float64(len(r.lists) - len(distinct(r.lists))), 0, ""},
		{"wall of --help", r.median(helpName).wall.Seconds(), 0.05, " s"},
	}
	if r.few() {
		return append(targets,
			target{"wall", audit.wall.Seconds(), 0.1, " s"},
			target{"size of the program", float64(r.binary) / megabyte, 46.4, " MB"})
	}
	return append(targets,
		target{"wall, of " + tableName, ratio(audit.wall, table.wall), 0.3, ""},
		target{"CPU, of " + tableName, ratio(audit.cpu, table.cpu), 0.2, ""},
		target{"wall, of " + readerName, ratio(audit.wall, reader.wall), 1.3, ""})
}

func distinct(values []string) []string { return slices.Compact(slices.Sorted(slices.Values(values))) }

// print writes tables in Markdown: what was measured, and the targets.
func (r result) print(w io.Writer) {
	fmt.Fprintf(w, "\n**%s** of %.1f kB, medians of %d rounds; memory below %.0f MB cannot be measured\n\n",
		r.size, float64(r.podSize)/1e3, len(r.costs[auditName]), float64(r.median(auditName).floor)/megabyte)
	fmt.Fprintln(w, "| | wall (fastest – slowest) | CPU | CPU of the server | peak memory | requests | lists sent |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, name := range []string{auditName, tableName, readerName, gzipName, plainName, helpName} {
		if len(r.costs[name]) == 0 {
			continue
		}
		c, walls := r.median(name), r.costs[name]
		byWall := func(a, b cost) int { return int(a.wall - b.wall) }
		fmt.Fprintf(w, "| %s | %.2f s (%.2f – %.2f) | %.2f s | %.2f s | %.0f MB | %d | %.1f MB |\n", name, c.wall.Seconds(),
			slices.MinFunc(walls, byWall).wall.Seconds(), slices.MaxFunc(walls, byWall).wall.Seconds(),
			c.cpu.Seconds(), c.served.Seconds(), float64(c.peak)/megabyte, c.requests, float64(c.bytes)/megabyte)
	}
	printTargets(w, r.targets())
	r.printShards(w)
	r.printServer(w)
}

func printTargets(w io.Writer, targets []target) {
	fmt.Fprintln(w, "\n| target | measured | at most | holds |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, t := range targets {
		fmt.Fprintf(w, "| %s | %.3g%s | %.3g%s | %s |\n", t.what, t.measured, t.unit, t.most, t.unit, t.holds())
	}
}
