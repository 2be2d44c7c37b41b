package cli

import (
	"runtime/debug"
	"testing"
)

func TestGarbageIsBounded(t *testing.T) {
	const unbounded = 10_000
	for environment, bounded := range map[string]bool{"": true, "70": false} {
		t.Setenv("GOGC", environment)
		before := debug.SetGCPercent(unbounded)
		boundGarbage()
		if got := debug.SetGCPercent(before); (got < unbounded) != bounded {
			t.Errorf("GOGC=%q: garbage may grow by %d %%", environment, got)
		}
	}
}

func TestAFullHeapHasTheRoomOfItsPercentage(t *testing.T) {
	const mb = 1 << 20
	for _, test := range []struct {
		live uint64
		want int
	}{
		{0, garbagePercent},
		{emptyHeap, garbagePercent},
		{4 * mb, 100},  // twice the 2 MB of facts
		{8 * mb, 150},  // the same
		{16 * mb, 100}, // all the room
		{40 * mb, 40},  // the same
		{60 * mb, garbagePercent},
		{160 * mb, garbagePercent},
		{200 * mb, 24}, // no more garbage
		{600 * mb, 8},  // the same
	} {
		if got := percentOf(test.live); got != test.want {
			t.Errorf("%d MB: garbage may grow by %d %%, want %d", test.live/mb, got, test.want)
		}
	}
}
