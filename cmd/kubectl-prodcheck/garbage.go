package main

import (
	"os"
	"runtime/debug"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// manyPods is from how many pods on memory is worth time.
const manyPods = 5000

// Garbage may grow in percent of all that is kept. Go would let it grow to as
// much as that. Most of what is decoded is garbage at once. Never is more kept
// than when it is judged, so that garbage must be least then; a report takes
// less than half of that.
const (
	garbageOfReading   = 20
	garbageOfJudging   = 12
	garbageOfReporting = 40
)

// boundGarbage does not outrank the environment, and leaves it to Go where there
// are few pods.
func boundGarbage(pods, percent int) {
	if pods >= manyPods && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// watchGarbage bounds garbage from the first page on that tells of many pods.
func watchGarbage(live *inventory.Live) {
	progress := live.Progress
	live.Progress = func(r inventory.Resource, items int, remaining int64) {
		if r == inventory.Pods {
			boundGarbage(items+int(max(remaining, 0)), garbageOfReading)
		}
		if progress != nil {
			progress(r, items, remaining)
		}
	}
}
