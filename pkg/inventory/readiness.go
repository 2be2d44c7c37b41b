package inventory

import (
	"cmp"
	"slices"
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

// readinessChanges are the late changes, by node and in the order of time: one
// for all pods of a workload that changed in the same second, which is as fine
// as the API tells times.
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
	for node, all := range changes {
		slices.SortFunc(all, func(a, b readinessChange) int {
			return cmp.Or(a.at.Compare(b.at), compareObjects(&a.workload.Object, &b.workload.Object))
		})
		changes[node] = slices.Compact(all)
	}
	return changes
}

// ChangedTogether reports whether the pods of at least so many different
// workloads on a node changed their readiness in a span before or after a time,
// apart from starts: several at once have a cause on the node.
func (inv *Inventory) ChangedTogether(node string, at time.Time, span time.Duration, workloads int) bool {
	changes := inv.readiness[node]
	first, _ := slices.BinarySearchFunc(changes, at.Add(-span), func(c readinessChange, t time.Time) int { return c.at.Compare(t) })
	changed := map[*Workload]bool{}
	for _, change := range changes[first:] {
		if change.at.Sub(at) > span || len(changed) >= workloads {
			break
		}
		changed[change.workload] = true
	}
	return len(changed) >= workloads
}
