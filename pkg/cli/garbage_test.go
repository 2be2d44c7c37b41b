package cli

import (
	"runtime/debug"
	"testing"
)

func TestGarbageIsBounded(t *testing.T) {
	for environment, want := range map[string]int{"": garbagePercent, "70": 100} {
		t.Setenv("GOGC", environment)
		before := debug.SetGCPercent(100)
		boundGarbage()
		if got := debug.SetGCPercent(before); got != want {
			t.Errorf("GOGC=%q: garbage may grow by %d %%, want %d", environment, got, want)
		}
	}
}
