package inventory

import (
	"fmt"
	"testing"
	"time"
)

// changing are pods of as many workloads, on one node, that changed their
// readiness one after the other.
func changing(workloads, pods int, apart time.Duration) (*Inventory, time.Time) {
	start := time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)
	first := start.Add(time.Hour)
	inv := &Inventory{}
	for i := range workloads {
		w := &Workload{Object: Object{Kind: "Deployment", Namespace: "shop", Name: fmt.Sprint("web-", i)}}
		for range pods {
			w.Pods = append(w.Pods, &Pod{
				Node: "a", Ready: Condition{Since: first.Add(time.Duration(i) * apart)},
				Containers: []Container{{ContainerIdentity: &ContainerIdentity{Kind: App}, RunningSince: start}},
			})
		}
		inv.Workloads = append(inv.Workloads, w)
	}
	inv.readiness = readinessChanges(inv.Workloads)
	return inv, first
}

func TestChangedTogether(t *testing.T) {
	for name, test := range map[string]struct {
		workloads, pods int
		apart           time.Duration
		node            string
		want            bool
	}{
		"three workloads at once":            {3, 1, 0, "a", true},
		"two workloads at once":              {2, 1, 0, "a", false},
		"many pods of two workloads at once": {2, 100, 0, "a", false},
		"three within the span":              {3, 1, 30 * time.Second, "a", true},
		"the third too late":                 {3, 1, 31 * time.Second, "a", false},
		"another node":                       {3, 1, 0, "b", false},
	} {
		t.Run(name, func(t *testing.T) {
			inv, first := changing(test.workloads, test.pods, test.apart)
			if got := inv.ChangedTogether(test.node, first, time.Minute, 3); got != test.want {
				t.Errorf("changed together is %v, want %v", got, test.want)
			}
			last := first.Add(time.Duration(test.workloads-1) * test.apart)
			if got := inv.ChangedTogether(test.node, last, time.Minute, 3); got != test.want {
				t.Errorf("as of the last: changed together is %v, want %v", got, test.want)
			}
		})
	}
}

// A node on which everything changes at once is asked for each of its pods.
func BenchmarkChangedTogether(b *testing.B) {
	inv, first := changing(2, 5000, 0)
	for b.Loop() {
		inv.ChangedTogether("a", first, time.Minute, 3)
	}
}
