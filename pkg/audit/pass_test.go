package audit

import (
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	p := &Pass{Now: now}
	for name, test := range map[string]struct {
		at   time.Time
		want bool
	}{
		"long ago": {now.Add(-time.Hour - 1), false}, "at the limit": {now.Add(-time.Hour), true}, "now": {now, true},
		"by another clock": {now.Add(time.Minute), true}, "at no known time": {time.Time{}, false},
	} {
		if got := p.Within(test.at, time.Hour); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
