package audit

import (
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// Pass is all that a check may look at.
type Pass struct {
	Cluster
	// Now is the time as of which to judge.
	Now time.Time
	// Settings are the options that differ from their defaults.
	Settings Settings

	memos map[any]any
}

// Within reports whether t lies in the last d. A zero time does not; a time in
// the future, from a clock that runs ahead, does.
func (p *Pass) Within(t time.Time, d time.Duration) bool {
	return !t.IsZero() && p.Now.Sub(t) <= d
}

// Age is the time since t in kubectl's short form: 4m, 2h, 3d.
func (p *Pass) Age(t time.Time) string {
	if t.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(max(p.Now.Sub(t), 0))
}
