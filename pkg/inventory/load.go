package inventory

import (
	"cmp"
	"slices"
	"time"
)

// Load sums up what the pods on a node request, if they are in scope and have not ended.
// It is a sum, so that the loads of parts of a cluster add up to that of the whole.
type Load struct {
	Pods int `json:"pods"`
	// MemoryLimits are in bytes. A container without a limit does not count.
	MemoryLimits int64 `json:"memoryLimits,omitempty"`
	// Requests sums up the requests of all pods. Movable leaves out pods that would
	// not run on another node if this one failed.
	Requests Amounts `json:"requests"`
	Movable  Amounts `json:"movable"`
	// Deleted are the pods that somebody has deleted, and that still exist, by
	// namespace and name.
	Deleted []DeletedPod `json:"deleted,omitempty"`
}

// Amounts contains an amount of each resource that the scheduler counts.
type Amounts struct {
	MilliCPU int64 `json:"milliCPU,omitempty"`
	// Memory is in bytes.
	Memory int64 `json:"memory,omitempty"`
}

// DeletedPod is a pod that is being deleted.
type DeletedPod struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// At is the time at which the deletion should have ended.
	At time.Time `json:"at"`
}

// Add adds other amounts.
func (a *Amounts) Add(other Amounts) {
	a.MilliCPU += other.MilliCPU
	a.Memory += other.Memory
}

// Add adds the load of other pods.
func (l *Load) Add(other Load) {
	l.Pods += other.Pods
	l.MemoryLimits += other.MemoryLimits
	l.Requests.Add(other.Requests)
	l.Movable.Add(other.Movable)
	l.Deleted = append(l.Deleted, other.Deleted...)
	slices.SortStableFunc(l.Deleted, func(a, b DeletedPod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
}
