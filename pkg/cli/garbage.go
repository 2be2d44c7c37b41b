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
	// cluster take as much: to search a small heap again and again would take most of the
	// time.
	garbageRoom = 16 << 20
	// garbageMost is the garbage, in bytes, that may gather beside the findings of the largest
	// clusters.
	garbageMost = 48 << 20
	// emptyHeap is the live heap, in bytes, when a cluster of some pods was read.
	emptyHeap = 7 << 20
)

// boundGarbage is for the whole process, however many clusters it audits at once. It is
// called after each page. The environment takes precedence.
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
	if live <= emptyHeap {
		return garbagePercent
	}
	percent := func(garbage uint64) int { return int(100 * garbage / live) }
	return max(percent(min(live-emptyHeap, garbageRoom)), min(garbagePercent, percent(garbageMost)))
}
