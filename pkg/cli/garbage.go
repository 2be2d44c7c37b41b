package cli

import (
	"os"
	"runtime/debug"
)

// garbagePercent is how much garbage may gather, in percent of what is kept. Go
// would allow as much again. Most of what is decoded is garbage at once.
const garbagePercent = 20

// boundGarbage is for the whole process, however many clusters it audits at
// once. The environment outranks it.
func boundGarbage() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}
