package inventory

import (
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"
)

// Rollout describes how a Deployment, StatefulSet or DaemonSet replaces its pods,
// and its progress.
type Rollout struct {
	// Generation is the generation of the spec, Observed the one that its
	// controller has seen. While they differ, the other numbers are about an older
	// spec.
	Generation, Observed int64
	// Unwritten is set for an object in a file that has no status: only Desired is
	// known.
	Unwritten bool
	// Desired is the number of pods that it asks for. For a DaemonSet, it is the
	// number of nodes that should run one.
	Desired, Current, Updated, Ready, Available int32
	Paused                                      bool
	// Progressing and Availability are the conditions Progressing and Available of
	// a Deployment. Progressing dates from its last progress, not from its last
	// transition.
	Progressing, Availability Condition
	// Refused is the condition of a Deployment which says that its pods, or even
	// their ReplicaSet, cannot be created. Refusal says why. Both are zero if there
	// is no such condition.
	Refused Condition
	Refusal *Refusal
	// ProgressDeadline is the time after which a Deployment without progress counts
	// as stuck.
	ProgressDeadline time.Duration
	// Strategy is Recreate, RollingUpdate or OnDelete.
	Strategy string
	// MaxUnavailable and MaxSurge are nil if the kind does not have them.
	MaxUnavailable, MaxSurge *intstr.IntOrString
	// FirstOrdinal is the ordinal of a StatefulSet's first pod.
	FirstOrdinal int32
	// Partition is the ordinal below which a StatefulSet does not update its pods.
	Partition int32
	// Ordered StatefulSets wait for each pod to be ready before they change the
	// next.
	Ordered bool
	// UpdateRevision is the current revision of a StatefulSet's template, as the
	// labels of its pods name it.
	UpdateRevision string
	// Former is set if there is an earlier revision to which kubectl can roll back.
	Former bool
}

// Completed reports whether a Deployment has had all of its pods available since its
// last rollout: later changes of its replicas are no progress.
func (r *Rollout) Completed() bool { return r.Progressing.Reason == "NewReplicaSetAvailable" }

// Strategies of a Rollout.
const (
	Recreate      = "Recreate"
	RollingUpdate = "RollingUpdate"
	OnDelete      = "OnDelete"
)
