package main

import (
	"runtime/debug"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestGarbageIsBoundedWherePodsAreMany(t *testing.T) {
	tests := map[string]struct {
		environment string
		resource    inventory.Resource
		items       int
		remaining   int64
		want        int
	}{
		"few pods":                {"", inventory.Pods, 500, manyPods - 501, 100},
		"many remain":             {"", inventory.Pods, 500, manyPods - 500, garbageOfReading},
		"many were read":          {"", inventory.Pods, manyPods, 0, garbageOfReading},
		"no number remains":       {"", inventory.Pods, 500, -1, 100},
		"other objects":           {"", inventory.Services, manyPods, manyPods, 100},
		"the environment decides": {"100", inventory.Pods, manyPods, 0, 100},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOGC", test.environment)
			before := debug.SetGCPercent(100)
			defer debug.SetGCPercent(before)
			told := 0
			live := &inventory.Live{Progress: func(_ inventory.Resource, items int, _ int64) { told = items }}
			watchGarbage(live)
			live.Progress(test.resource, test.items, test.remaining)
			if got := debug.SetGCPercent(100); got != test.want || told != test.items {
				t.Errorf("garbage may grow by %d %%, want %d; %d items told", got, test.want, told)
			}
		})
	}
}
