package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Most of what is decoded is garbage at once. Go would let as much of it gather as
// there is live heap.
const (
	// garbagePercent limits garbage, in percent of the live heap.
	garbagePercent = 30
	// garbageRoom is the garbage, in bytes, that may gather in any case once the facts of a
	// cluster take as much: a small heap would be searched again and again.
	garbageRoom = 12 << 20
	// emptyHeap is the live heap, in bytes, before anything is read.
	emptyHeap = 4 << 20
)

// boundGarbage is for the whole process, however many clusters it audits at
// once. The environment takes precedence.
func boundGarbage() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(garbagePercent)
	afterEachCollection(func() { debug.SetGCPercent(garbagePercentOf(liveHeap())) })
}

// garbagePercentOf returns the percentage for a live heap.
func garbagePercentOf(live uint64) int {
	if live <= emptyHeap {
		return garbagePercent
	}
	return max(garbagePercent, int(100*min(live-emptyHeap, garbageRoom)/live))
}

// liveHeap returns how many bytes the last collection found in use.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterEachCollection calls a function for as long as the process lives.
func afterEachCollection(call func()) {
	type sentinel struct{ call func() }
	var arm func(*sentinel)
	arm = func(s *sentinel) {
		runtime.SetFinalizer(s, func(s *sentinel) {
			s.call()
			arm(s)
		})
	}
	arm(&sentinel{call})
}
