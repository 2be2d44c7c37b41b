package jobs

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		schedule, zone string
		// after and until are minutes from noon.
		after, until int
		// first is in minutes from noon.
		count, first int
	}{
		{"* * * * *", "", -10, 0, 10, -9},
		{"* * * * *", "", -10, -10, 0, 0},
		{"* * * * *", "", 0, -10, 0, 0},
		{"0 * * * *", "", -90, 0, 2, -60},
		{"@hourly", "", -90, 0, 2, -60},
		{"@every 20m", "", -90, 0, 4, -70},
		// 12:00 UTC is 21:00 in Tokyo and 17:30 in Kolkata.
		{"0 21 * * *", "Asia/Tokyo", -24 * 60, 0, 1, 0},
		{"0 21 * * *", "", -24 * 60, 0, 1, -15 * 60},
		{"0 * * * *", "Asia/Kolkata", -60, 0, 1, -30},
		// A zone in the schedule itself wins, as it does for the controller.
		{"TZ=Asia/Tokyo 0 21 * * *", "Europe/Berlin", -24 * 60, 0, 1, 0},
		{"CRON_TZ=Asia/Tokyo 0 21 * * *", "", -24 * 60, 0, 1, 0},
		// Never, and more often than anyone wants to count.
		{"59 23 31 2 *", "", -60 * 24 * 3650, 0, 0, 0},
		{"@every 1s", "", -60 * 24 * 365, 0, maxTicks, -60 * 24 * 365},
	} {
		schedule, err := parseSchedule(test.schedule, test.zone)
		if err != nil {
			t.Errorf("%s %s: %v", test.schedule, test.zone, err)
			continue
		}
		minutes := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
		got := ticks(schedule, minutes(test.after), minutes(test.until))
		if len(got) != test.count || len(got) > 0 && !got[0].Truncate(time.Minute).Equal(minutes(test.first)) {
			t.Errorf("%s %s: %d ticks, want %d: %v", test.schedule, test.zone, len(got), test.count, got[:min(len(got), 3)])
		}
	}
}

func TestUnreadableSchedules(t *testing.T) {
	for _, test := range []struct{ schedule, zone string }{
		{"", ""}, {"TZ=0", ""}, {"CRON_TZ=", ""}, {"TZ=0 * * * * *", ""}, {"often", ""}, {"* * * *", ""}, {"* * * * * *", ""},
		{"61 * * * *", ""}, {"*/0 * * * *", ""}, {"@every", ""}, {"@sometimes", ""},
		{"* * * * *", "Mars/Olympus"}, {"* * * * *", "UTC * * * *"}, {"* * * * *", "../../etc/passwd"},
	} {
		if schedule, err := parseSchedule(test.schedule, test.zone); err == nil {
			t.Errorf("%q in %q is taken for %v", test.schedule, test.zone, schedule)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, seed := range []string{"* * * * *", "*/5 9-17 * * 1-5", "0 0 31 2 *", "@every 1h30m", "@every -1h", "TZ=0", "TZ=UTC 0 0 1 1 ?"} {
		f.Add(seed, "")
		f.Add(seed, "Europe/Berlin")
	}
	f.Fuzz(func(t *testing.T, text, zone string) {
		schedule, err := parseSchedule(text, zone)
		if err != nil {
			return
		}
		last := noon.AddDate(-1, 0, 0)
		times := ticks(schedule, last, noon)
		if len(times) > maxTicks {
			t.Fatalf("%d ticks", len(times))
		}
		for _, tick := range times {
			if !tick.After(last) || tick.After(noon) {
				t.Fatalf("%q in %q: tick %v after %v", text, zone, tick, last)
			}
			last = tick
		}
	})
}
