//go:build linux

package main

import (
	"strings"
	"testing"
	"time"
)

func TestTargets(t *testing.T) {
	well := result{
		size: size{20_000, uniform}, podSize: 8_000, lists: []string{"/api/v1/pods", "/api/v1/nodes"},
		costs: map[string][]cost{
			auditName: {
				{wall: 9 * time.Second, cpu: time.Second, peak: 80e6, requests: 50},
				{wall: 3 * time.Second, cpu: 2 * time.Second, peak: 90e6, requests: 50},
				{wall: 2 * time.Second, cpu: 9 * time.Second, peak: 120e6, requests: 50},
			},
			tableName:  {{wall: 10 * time.Second, cpu: 10 * time.Second, peak: 1800e6}},
			readerName: {{wall: 2500 * time.Millisecond, requests: 40}},
			helpName:   {{wall: 50 * time.Millisecond}},
		},
	}
	with := func(name string, c cost) result {
		r := result{size: well.size, lists: well.lists, costs: map[string][]cost{}}
		for other, costs := range well.costs {
			r.costs[other] = costs
		}
		r.costs[name] = []cost{c}
		return r
	}
	small := well
	small.pods, small.binary = 30, 47e6
	twice := well
	twice.lists = append(twice.lists, "/api/v1/pods")

	for name, test := range map[string]struct {
		result
		missed string
	}{
		"medians that hold":     {well, ""},
		"too slow for a table":  {with(tableName, cost{wall: 6 * time.Second, cpu: 10 * time.Second}), "wall, of " + tableName},
		"too busy for a table":  {with(tableName, cost{wall: 10 * time.Second, cpu: 6 * time.Second}), "CPU, of " + tableName},
		"too slow for a reader": {with(readerName, cost{wall: 2 * time.Second, requests: 40}), "wall, of " + readerName},
		"too many requests":     {with(readerName, cost{wall: 3 * time.Second, requests: 39}), "requests beyond the pages"},
		"too slow to help":      {with(helpName, cost{wall: time.Second}), "wall of --help"},
		"a list read twice":     {twice, "lists read twice"},
		"too much memory": {
			with(auditName, cost{wall: 3 * time.Second, peak: 101e6, requests: 50}), "peak memory",
		},
		"slow and large with a few pods": {small, "peak memory wall size of the program"},
	} {
		t.Run(name, func(t *testing.T) {
			var missed []string
			for _, target := range test.targets() {
				if target.holds() == "no" {
					missed = append(missed, target.what)
				}
			}
			if got := strings.Join(missed, " "); got != test.missed {
				t.Errorf("missed %q, want %q", got, test.missed)
			}
		})
	}
}

// The worst shard counts, and what every process needs does not.
func TestShardTargets(t *testing.T) {
	r := result{
		costs: map[string][]cost{helpName: {{peak: 40e6}}},
		shards: shardCosts{
			each:  []cost{{wall: time.Second, peak: 50e6}, {wall: 2 * time.Second, peak: 45e6}, {wall: time.Second, peak: 52e6}},
			whole: cost{wall: 10 * time.Second, peak: 100e6},
		},
	}
	var got []string
	for _, target := range r.shardTargets() {
		got = append(got, target.holds())
	}
	if want := "yes no yes"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
