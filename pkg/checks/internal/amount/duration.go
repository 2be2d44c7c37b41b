package amount

import (
	"math"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// Duration formats a time as kubectl does: 90s, 2m, 3h.
func Duration(d time.Duration) string { return duration.HumanDuration(d.Round(time.Second)) }

// Seconds returns a time in whole seconds, for evidence.
func Seconds(d time.Duration) int { return int(math.Round(d.Seconds())) }
