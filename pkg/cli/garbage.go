package cli

import (
	"os"
	"runtime/debug"
)

// garbagePercent limits the garbage that may gather, in percent of the live heap. Go
// would allow as much again. Most of what is decoded is garbage at once.
const garbagePercent = 30

// boundGarbage is for the whole process, however many clusters it audits at
// once. The environment takes precedence.
func boundGarbage() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}
