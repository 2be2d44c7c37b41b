package audit

import (
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// Pass contains everything that a check may look at.
type Pass struct {
	Cluster
	// Now is the time as of which a check judges.
	Now time.Time
	// Settings contains the options that differ from their defaults.
	Settings Settings

	memos map[any]any
}

// Within reports whether t lies in the last d. A zero time does not. A time in
// the future, from a clock that is ahead, does.
func (p *Pass) Within(t time.Time, d time.Duration) bool {
	return !t.IsZero() && p.Now.Sub(t) <= d
}

// Age formats the time since t as kubectl does: 4m, 2h, 3d.
func (p *Pass) Age(t time.Time) string {
	if t.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(max(p.Now.Sub(t), 0))
}
