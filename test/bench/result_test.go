package main

import (
	"strings"
	"testing"
	"time"
)

func TestTargets(t *testing.T) {
	well := result{
		pods: 20_000, podSize: 8_000, lists: []string{"/api/v1/pods", "/api/v1/nodes"},
		costs: map[string][]cost{
			auditName: {
				{wall: 9 * time.Second, peak: 100e6, requests: 50},
				{wall: 3 * time.Second, peak: 110e6, requests: 50},
				{wall: 2 * time.Second, peak: 120e6, requests: 50},
			},
			tableName:  {{wall: 10 * time.Second, peak: 1800e6}},
			readerName: {{wall: 2 * time.Second, requests: 40}},
			helpName:   {{wall: 50 * time.Millisecond}},
		},
	}
	with := func(name string, c cost) result {
		r := result{pods: well.pods, lists: well.lists, costs: map[string][]cost{}}
		for other, costs := range well.costs {
			r.costs[other] = costs
		}
		r.costs[name] = []cost{c}
		return r
	}
	small := well
	small.pods = 30
	twice := well
	twice.lists = append(twice.lists, "/api/v1/pods")

	for name, test := range map[string]struct {
		result
		missed string
	}{
		"medians that hold":        {well, ""},
		"slower than half a table": {with(tableName, cost{wall: 6 * time.Second, peak: 1800e6}), "wall, of " + tableName},
		"slower than two readers":  {with(readerName, cost{wall: time.Second, requests: 40}), "wall, of " + readerName},
		"too many requests":        {with(readerName, cost{wall: 2 * time.Second, requests: 39}), "requests beyond the pages"},
		"a list read twice":        {twice, "lists read twice"},
		"too much memory": {
			with(auditName, cost{wall: 3 * time.Second, peak: 121e6, requests: 50}), "peak memory peak memory, of " + tableName,
		},
		"slow with a few pods": {small, "wall"},
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
