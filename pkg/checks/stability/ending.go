package stability

import (
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ending is a replica with the termination that a check is about; end is nil if
// none is recorded.
type ending struct {
	replica
	end *inventory.Termination
}

// finished returns when the run ended or, if that is not recorded, when the next
// one began.
func (e ending) finished() time.Time {
	if e.end == nil {
		return e.container.RunningSince
	}
	return e.end.Finished
}

func (e ending) cause(p *audit.Pass) termination.Cause {
	return termination.CauseOf(p, e.pod, e.container, e.end)
}

// newest returns the one that ended last. There must be at least one.
func newest(endings []ending) ending {
	return slices.MaxFunc(endings, func(a, b ending) int { return a.finished().Compare(b.finished()) })
}

// earliest returns when the first of them ended; zero if no time is known.
func earliest(endings []ending) time.Time {
	var first time.Time
	for _, e := range endings {
		if at := e.finished(); first.IsZero() || !at.IsZero() && at.Before(first) {
			first = at
		}
	}
	return first
}

// lastRun says how the last run of a container ended, and its last words.
func (g *replicas) lastRun(p *audit.Pass, e ending) string {
	switch {
	case e.end == nil:
		return "how the last run" + g.role() + " ended is not recorded"
	case termination.Lost(e.end):
		return fmt.Sprintf("the kubelet did not see how the last run%s ended (%s)", g.role(), e.end.Reason)
	case termination.StartFailed(e.end):
		return fmt.Sprintf("the last start%s failed %s with %s", g.role(), ago(p, e.end.Finished), termination.Text(e.end)) +
			termination.Words(e.end)
	}
	return fmt.Sprintf("the last run%s ended %s with %s", g.role(), ago(p, e.end.Finished), e.cause(p).Text(e.end)) +
		termination.Words(e.end)
}

// ago says "4m ago".
func ago(p *audit.Pass, t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return p.Age(t) + " ago"
}
