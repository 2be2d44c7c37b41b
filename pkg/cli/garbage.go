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
	emptyHeap = 3 << 20
)

// boundGarbage is for the whole process, however many clusters it audits at once. The
// environment takes precedence.
func boundGarbage() { setGarbagePercent(percentOf) }

// boundGarbageOfReading leaves more room while a cluster is read. It is called after each
// page.
func boundGarbageOfReading() { setGarbagePercent(percentOfReading) }

// setGarbagePercent sets what a function of the live heap returns.
func setGarbagePercent(of func(live uint64) int) {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(of(live[0].Value.Uint64()))
}

// percentOf returns the garbage that may gather beside a live heap, in percent.
func percentOf(live uint64) int { return min(garbagePercent, int(100*garbageMost/max(live, 1))) }

func percentOfReading(live uint64) int {
	if live <= emptyHeap {
		return garbagePercent
	}
	return max(percentOf(live), int(100*min(live-emptyHeap, garbageRoom)/live))
}
