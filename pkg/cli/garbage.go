package cli

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// Most of what is decoded is garbage at once. Go would let as much of it gather as
// there is live heap.
const (
	// garbagePercent limits garbage, in percent of the live heap.
	garbagePercent = 30
	// garbageRoom is the garbage, in bytes, that may gather in any case once the facts of a
	// cluster take half as much: searching a small heap again and again would take most of
	// the time.
	garbageRoom = 16 << 20
	// garbageMost is the garbage, in bytes, that may gather beside the findings of the largest
	// clusters.
	garbageMost = 48 << 20
	// emptyHeap is the live heap, in bytes, before anything was read.
	emptyHeap = 2 << 20
)

// boundGarbage is for the whole process, however many clusters it audits at once. It is
// called at the start and after each page: after each collection would be too late. The
// environment takes precedence.
func boundGarbage() {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(percentOf(live[0].Value.Uint64()))
}

// percentOf returns the garbage that may gather beside a live heap, in percent.
func percentOf(live uint64) int {
	room := min(2*(max(live, emptyHeap)-emptyHeap), garbageRoom)
	return max(min(garbagePercent, percent(garbageMost, live)), percent(room, live))
}

func percent(garbage, live uint64) int { return int(100 * garbage / max(live, 1)) }
