package inventory

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// placement is the key by which pods are counted: one namespace on one node.
// Pods of other namespaces do not count, on purpose: an audit of one namespace
// cannot see them, and must find the same as an audit of all namespaces.
type placement struct{ namespace, node string }

// readinessChanges describes the pods of a placement that have a readiness
// probe.
type readinessChanges struct {
	// late lists the last changes that no start explains, in the order of time.
	late []readinessChange
	// starts lists the starts of all these pods, in the order of time.
	starts []time.Time
}

type readinessChange struct {
	at       time.Time
	workload *Workload
	// otherwise is the index of the next change that belongs to another workload.
	otherwise int
}

// startMargin separates a later change of readiness from the one at the end of a
// start.
const startMargin = time.Minute

// findReadinessChanges keeps only placements in which a pod changed late.
func findReadinessChanges(workloads []*Workload) map[placement]*readinessChanges {
	found := map[placement]*readinessChanges{}
	eachProbed(workloads, func(at placement, p *Pod, start time.Time) {
		if p.Ready.Since.Sub(start) > startMargin {
			if found[at] == nil {
				found[at] = &readinessChanges{}
			}
			found[at].late = append(found[at].late, readinessChange{at: p.Ready.Since, workload: p.Workload})
		}
	})
	if len(found) == 0 {
		return nil
	}
	eachProbed(workloads, func(at placement, _ *Pod, start time.Time) {
		if changes := found[at]; changes != nil {
			changes.starts = append(changes.starts, start)
		}
	})
	for _, changes := range found {
		slices.SortFunc(changes.starts, time.Time.Compare)
		slices.SortFunc(changes.late, func(a, b readinessChange) int { return a.at.Compare(b.at) })
		for i := len(changes.late) - 1; i >= 0; i-- {
			this := &changes.late[i]
			if this.otherwise = i + 1; i+1 < len(changes.late) && changes.late[i+1].workload == this.workload {
				this.otherwise = changes.late[i+1].otherwise
			}
		}
	}
	return found
}

// eachProbed visits the running pods that have a readiness probe.
func eachProbed(workloads []*Workload, visit func(placement, *Pod, time.Time)) {
	for _, w := range workloads {
		for _, p := range w.Pods {
			if start := p.LatestStart(); p.Node != "" && !start.IsZero() && p.judged() && p.Template.probesReadiness() {
				visit(placement{p.Namespace, p.Node}, p, start)
			}
		}
	}
}

func (t *Template) probesReadiness() bool {
	return t != nil && slices.ContainsFunc(t.LongRunning(), func(c *corev1.Container) bool { return c.ReadinessProbe != nil })
}

// ChangedWithNode reports whether a pod last changed its readiness together with
// practically all pods of its namespace on its node that have a readiness probe,
// including those of other workloads. A node that loses its connection or a
// kubelet that restarts has this effect. A dependency that only some of the pods
// share does not.
func (inv *Inventory) ChangedWithNode(p *Pod, span time.Duration) bool {
	changes := inv.readiness[placement{p.Namespace, p.Node}]
	if changes == nil {
		return false
	}
	before := func(c readinessChange, t time.Time) int { return c.at.Compare(t) }
	first, _ := slices.BinarySearchFunc(changes.late, p.Ready.Since.Add(-span), before)
	end, _ := slices.BinarySearchFunc(changes.late, p.Ready.Since.Add(span+1), before)
	// A pod that started later could not change together with the others.
	there, _ := slices.BinarySearchFunc(changes.starts, p.Ready.Since, time.Time.Compare)
	others := first < end && (changes.late[first].workload != p.Workload || changes.late[first].otherwise < end)
	return others && 10*(end-first) >= 9*there
}
