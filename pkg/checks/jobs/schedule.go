package jobs

import (
	"fmt"
	"strings"
	"time"
	// Time zones must be known on every machine: an audit that runs in an empty
	// image judges like one that runs on a laptop.
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

// parseSchedule reads a CronJob's schedule as its controller does: a zone
// inside the text wins over timeZone, and without either the times are UTC.
func parseSchedule(text, zone string) (schedule cron.Schedule, err error) {
	// The parser panics on "TZ=0", which old servers have let in.
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

// maxTicks bounds the work that one schedule can make: a CronJob may have
// failed each minute for years, and past this number nothing is judged
// otherwise.
const maxTicks = 1000

// ticks are the schedule's times after one time and not after another: the
// first maxTicks of them.
func ticks(s cron.Schedule, after, until time.Time) []time.Time {
	var times []time.Time
	// A schedule that never comes, such as the 31st of February, gives the zero
	// time.
	for t := s.Next(after.UTC()); !t.IsZero() && !t.After(until) && len(times) < maxTicks; t = s.Next(t) {
		times = append(times, t)
	}
	return times
}
