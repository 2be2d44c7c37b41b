package jobs

import (
	"fmt"
	"strings"
	"time"

	// Time zones must be known on every machine: an audit in an empty image must
	// give the same result as one on a laptop.
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

// parseSchedule parses a CronJob's schedule as its controller does: a zone inside
// the text overrides timeZone, and without either the times are UTC.
func parseSchedule(text, zone string) (schedule cron.Schedule, err error) {
	// The parser panics on "TZ=0", which old servers accepted.
	defer func() {
		if r := recover(); r != nil {
			schedule, err = nil, fmt.Errorf("schedule %q: %v", text, r)
		}
	}()
	if zone != "" && !strings.Contains(text, "TZ") {
		if _, err := time.LoadLocation(zone); err != nil {
			return nil, fmt.Errorf("timeZone %q: %w", zone, err)
		}
		text = "TZ=" + zone + " " + text
	}
	return cron.ParseStandard(text)
}

// maxTicks limits the work for one schedule: a CronJob may have failed each
// minute for years, and beyond this number the result does not change.
const maxTicks = 1000

// ticks returns the schedule's times after one time and not after another: the
// first maxTicks of them.
func ticks(s cron.Schedule, after, until time.Time) []time.Time {
	var times []time.Time
	// A schedule that never matches, such as the 31st of February, gives the zero
	// time.
	for t := s.Next(after.UTC()); !t.IsZero() && !t.After(until) && len(times) < maxTicks; t = s.Next(t) {
		times = append(times, t)
	}
	return times
}
