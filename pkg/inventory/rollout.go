package inventory

import (
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"
)

// Rollout describes how a Deployment, StatefulSet or DaemonSet replaces its pods,
// and its progress.
type Rollout struct {
	// Generation is that of the spec, Observed the one that its controller has
	// seen: until they are equal, the other numbers are about an older spec.
	Generation, Observed int64
	// Unwritten is set for an object in a file that has no status: nothing is known of
	// the numbers but the one that the spec asks for.
	Unwritten bool
	// Desired are the pods that it asks for: a DaemonSet's is the number of nodes
	// that should run one.
	Desired, Current, Updated, Ready, Available int32
	Paused                                      bool
	// Progressing and Availability are a Deployment's conditions of these names, the last
	// one Available. Progressing is as of its last progress, not of its last transition.
	Progressing, Availability Condition
	// Refused is the condition of a Deployment that says that its pods, or not even their
	// ReplicaSet, can be created, and Refusal why; zero where none does.
	Refused Condition
	Refusal *Refusal
	// ProgressDeadline is when a Deployment without progress counts as stuck.
	ProgressDeadline time.Duration
	// Strategy is Recreate, RollingUpdate or OnDelete.
	Strategy string
	// MaxUnavailable and MaxSurge are nil where the kind does not know them.
	MaxUnavailable, MaxSurge *intstr.IntOrString
	// FirstOrdinal is that of a StatefulSet's first pod.
	FirstOrdinal int32
	// Partition is the ordinal below which a StatefulSet's pods stay as they are.
	Partition int32
	// Ordered StatefulSets wait for each pod to be ready before they touch the
	// next.
	Ordered bool
	// UpdateRevision is the revision that a StatefulSet's template has now, as its
	// pods' labels name it.
	UpdateRevision string
	// Former is set where a revision is known to which kubectl can roll back.
	Former bool
}

// Strategies of a Rollout.
const (
	Recreate      = "Recreate"
	RollingUpdate = "RollingUpdate"
	OnDelete      = "OnDelete"
)
