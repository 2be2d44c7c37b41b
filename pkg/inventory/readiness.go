package inventory

import (
	"time"
)

// readinessChange is the last change of a pod's readiness while its containers
// ran, not at their start.
type readinessChange struct {
	at       time.Time
	workload *Workload
}

// startMargin tells a change of readiness from the one that ends a start.
const startMargin = time.Minute

// readinessChanges are the late changes, by node.
func readinessChanges(workloads []*Workload) map[string][]readinessChange {
	changes := map[string][]readinessChange{}
	for _, w := range workloads {
		for _, p := range w.Judged() {
			start := p.LatestStart()
			if p.Node != "" && !start.IsZero() && p.Ready.Since.Sub(start) > startMargin {
				changes[p.Node] = append(changes[p.Node], readinessChange{p.Ready.Since, w})
			}
		}
	}
	return changes
}

// ChangedTogether is the number of different workloads on a node whose pods
// changed their readiness in a span that holds at, apart from starts: several
// at once have a cause on the node.
func (inv *Inventory) ChangedTogether(node string, at time.Time, span time.Duration) int {
	changed := map[*Workload]bool{}
	for _, change := range inv.readiness[node] {
		if change.at.Sub(at).Abs() <= span {
			changed[change.workload] = true
		}
	}
	return len(changed)
}
