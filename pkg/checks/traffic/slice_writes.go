package traffic

import (
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// sliceWrites describes the writes of a Service's slices, by their generations.
type sliceWrites struct {
	// count is the number of writes since age; they bound the changes of
	// readiness from above.
	count int64
	age   time.Duration
	// repeated is set when pods must have lost readiness more than once: nothing
	// else explains so many writes.
	repeated bool
	// upperPerHour is the largest rate of flaps that the writes allow.
	upperPerHour float64
}

// writesOf reads the slices of one address type, the one written most: a
// dual-stack Service has each change twice.
func writesOf(p *audit.Pass, s *inventory.Service, moved int, withNode bool) sliceWrites {
	var most sliceWrites
	for _, ofType := range byAddressType(s.Slices) {
		var w sliceWrites
		var endpoints int64
		var created time.Time
		for _, slice := range ofType {
			if slice.Created.IsZero() {
				// Writes without a beginning prove nothing.
				continue
			}
			w.count += slice.Generation - 1
			if created.IsZero() || slice.Created.Before(created) {
				created = slice.Created
			}
			endpoints += int64(len(slice.Endpoints))
		}
		if created.IsZero() {
			continue
		}
		w.age = max(p.Now.Sub(created), 0)
		h := historyOf(s, len(ofType), w.age)
		h.moved, h.withNode = moved, withNode
		w.repeated = alwaysThere(s, created, w.age) && w.count > h.explainedWrites()
		if w.age > 0 {
			w.upperPerHour = float64(max(w.count-endpoints, 0)) / 2 / w.age.Hours()
		}
		if w.count > most.count {
			most = w
		}
	}
	return most
}

// byAddressType keeps the order of the slices.
func byAddressType(all []*inventory.EndpointSlice) [][]*inventory.EndpointSlice {
	var groups [][]*inventory.EndpointSlice
	for _, slice := range all {
		i := slices.IndexFunc(groups, func(g []*inventory.EndpointSlice) bool { return g[0].AddressType == slice.AddressType })
		if i < 0 {
			groups = append(groups, []*inventory.EndpointSlice{slice})
		} else {
			groups[i] = append(groups[i], slice)
		}
	}
	return groups
}

// history lists what may have written the slices of one address type while no pod
// lost readiness more than once.
type history struct {
	// pods are all that the slices ever held; moved are those of them whose
	// readiness changed after their start.
	pods, moved int
	// restarts are the restarts of their containers.
	restarts int
	// withNode is set when the pods last changed together with their node.
	withNode bool
	// perNode is set for pods that come and go with nodes, unowned where the
	// controller of some was not read.
	perNode, unowned bool
	slices           int
	age              time.Duration
}

// The largest number of writes for one act, as measured with the reconciler of
// the endpoint slice controller. It writes a slice once for all changes that it
// finds, so counting each act of each pod gives an upper bound.
const (
	// writesToStart: the pod gets an address, the pod becomes ready.
	writesToStart = 2
	// writesPerLoss: readiness is lost, and comes back.
	writesPerLoss = 2
	// writesPerRestart: as a loss, and another address if the sandbox was lost.
	writesPerRestart = 3
	// writesPerPod: a pod starts, and is removed in three steps: it is being
	// deleted, not ready, gone.
	writesPerPod = writesToStart + 3
	// nodesPerHour limits how many nodes may come and go, each with its pod of a
	// DaemonSet.
	nodesPerHour = 2
	// unseenPods may have come and gone if it is not known whether their number
	// was changed.
	unseenPods = 4
	// mostNodeLosses and perNodeLoss limit how often a node that changed can have
	// done so before: now and then, not every minute.
	mostNodeLosses = 2
	perNodeLoss    = 10 * time.Minute
	// housekeeping counts changes of a Service's labels and ports, and writes of
	// a new version of the controller: some at first, then one a day.
	housekeeping = 2
)

// explainedWrites is the most that the history can have written. More prove that
// readiness was lost again and again. It holds for pods that were always there:
// where pods came and went, nothing bounds their number.
//
//	start         2 for each pod
//	one loss      2 for each pod whose readiness changed after its start: once is not again and again
//	restarts      3 for each restart of a container
//	the node      a loss more of each pod that changed together with its node, for every 10 minutes, at most 2, and for
//	              every day: the kubelet may have restarted before
//	new nodes     5 for each of 2 nodes an hour, for the pods of DaemonSets
//	scaling       5 for each of 4 pods, if the controller was not read, which would tell
//	housekeeping  2, and 1 a day
//
// Where there are several slices, endpoints move between them: each act may
// write two.
func (h history) explainedWrites() int64 {
	days := int(h.age.Hours() / 24)
	losses := h.moved
	if h.withNode {
		losses *= 1 + min(int(h.age/perNodeLoss), mostNodeLosses) + days
	}
	writes := writesToStart*h.pods + writesPerLoss*losses + writesPerRestart*h.restarts
	if h.perNode {
		writes += int(writesPerPod * nodesPerHour * h.age.Hours())
	}
	if h.unowned {
		writes += writesPerPod * unseenPods
	}
	if h.slices > 1 {
		writes *= 2
	}
	return int64(writes + housekeeping + days)
}

func historyOf(s *inventory.Service, slices int, age time.Duration) history {
	h := history{pods: len(s.Pods), slices: slices, age: age}
	for _, pod := range s.Pods {
		h.perNode = h.perNode || pod.Workload.Kind == "DaemonSet"
		h.unowned = h.unowned || pod.Workload.Existence.State != inventory.Listed
		for i := range pod.Containers {
			if pod.Containers[i].Kind != inventory.Ephemeral {
				h.restarts += int(pod.Containers[i].Restarts)
			}
		}
	}
	return h
}

const (
	// sameAge limits how much younger than its slice a pod may be and still have
	// existed for all of the slice's writes, within bounds: a Service and its
	// workload are created one after the other.
	sameAge         = 0.1
	shortestSameAge = 10 * time.Second
	longestSameAge  = 10 * time.Minute
)

// alwaysThere reports whether the slices only ever listed the current pods: none
// is younger, and no others were created or removed.
func alwaysThere(s *inventory.Service, created time.Time, age time.Duration) bool {
	margin := min(max(time.Duration(sameAge*float64(age)), shortestSameAge), longestSameAge)
	for _, pod := range s.Pods {
		if pod.Created.After(created.Add(margin)) {
			return false
		}
	}
	return len(s.Pods) > 0 && !slices.ContainsFunc(s.Workloads, func(w *inventory.Workload) bool {
		return w.Revised > 0 || w.RunsToCompletion()
	})
}
