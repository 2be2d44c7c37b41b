package inventory

import (
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Rollout is how a Deployment, StatefulSet or DaemonSet replaces its pods, and
// how far it has come.
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
	// Progressing, ReplicaFailure and Availability are a Deployment's conditions
	// of these names, the last one Available. Progressing is as of its last
	// progress, not of its last transition.
	Progressing, ReplicaFailure, Availability Condition
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

func deploymentRollout(d *appsv1.Deployment) *Rollout {
	r := &Rollout{
		Generation: d.Generation, Observed: d.Status.ObservedGeneration,
		Desired: valueOr(d.Spec.Replicas, 1), Current: d.Status.Replicas, Updated: d.Status.UpdatedReplicas,
		Ready: d.Status.ReadyReplicas, Available: d.Status.AvailableReplicas,
		Paused:           d.Spec.Paused,
		ProgressDeadline: time.Duration(valueOr(d.Spec.ProgressDeadlineSeconds, 600)) * time.Second,
		Strategy:         valueOrDefault(string(d.Spec.Strategy.Type), RollingUpdate),
	}
	if r.Strategy == RollingUpdate {
		quarter := intstr.FromString("25%")
		r.MaxUnavailable, r.MaxSurge = &quarter, &quarter
		if rolling := d.Spec.Strategy.RollingUpdate; rolling != nil {
			r.MaxUnavailable = firstSet(rolling.MaxUnavailable, r.MaxUnavailable)
			r.MaxSurge = firstSet(rolling.MaxSurge, r.MaxSurge)
		}
	}
	if revision, err := strconv.Atoi(d.Annotations[revisionAnnotation]); err == nil {
		r.Former = revision > 1
	}
	for _, c := range d.Status.Conditions {
		switch c.Type {
		case appsv1.DeploymentAvailable:
			r.Availability = Condition{c.Status, c.Reason, c.Message, c.LastTransitionTime.Time}
		case appsv1.DeploymentProgressing:
			r.Progressing = Condition{c.Status, c.Reason, c.Message, c.LastUpdateTime.Time}
		case appsv1.DeploymentReplicaFailure:
			r.ReplicaFailure = Condition{c.Status, c.Reason, c.Message, c.LastTransitionTime.Time}
		}
	}
	return r
}

func statefulSetRollout(s *appsv1.StatefulSet) *Rollout {
	r := &Rollout{
		Generation: s.Generation, Observed: s.Status.ObservedGeneration,
		Desired: valueOr(s.Spec.Replicas, 1), Current: s.Status.Replicas, Updated: s.Status.UpdatedReplicas,
		Ready: s.Status.ReadyReplicas, Available: s.Status.AvailableReplicas,
		Strategy:       valueOrDefault(string(s.Spec.UpdateStrategy.Type), RollingUpdate),
		Ordered:        s.Spec.PodManagementPolicy != appsv1.ParallelPodManagement,
		UpdateRevision: s.Status.UpdateRevision,
		Former:         s.Status.CurrentRevision != "" && s.Status.CurrentRevision != s.Status.UpdateRevision,
	}
	// Once all pods are of the new revision, the number of updated ones is no longer kept.
	// Servers before 1.22 do not count the available ones: all that are ready are.
	if s.Spec.MinReadySeconds == 0 {
		r.Available = max(r.Available, r.Ready)
	}
	if s.Spec.Ordinals != nil {
		r.FirstOrdinal = s.Spec.Ordinals.Start
	}
	if s.Status.CurrentRevision == s.Status.UpdateRevision {
		r.Updated = r.Current
	}
	if r.Strategy == RollingUpdate {
		one := intstr.FromInt32(1)
		r.MaxUnavailable = &one
		if rolling := s.Spec.UpdateStrategy.RollingUpdate; rolling != nil {
			r.MaxUnavailable = firstSet(rolling.MaxUnavailable, r.MaxUnavailable)
			r.Partition = valueOr(rolling.Partition, 0)
		}
	}
	return r
}

func daemonSetRollout(d *appsv1.DaemonSet) *Rollout {
	r := &Rollout{
		Generation: d.Generation, Observed: d.Status.ObservedGeneration,
		Desired: d.Status.DesiredNumberScheduled, Current: d.Status.CurrentNumberScheduled,
		Updated: d.Status.UpdatedNumberScheduled, Ready: d.Status.NumberReady, Available: d.Status.NumberAvailable,
		Strategy: valueOrDefault(string(d.Spec.UpdateStrategy.Type), RollingUpdate),
	}
	if r.Strategy == RollingUpdate {
		one, none := intstr.FromInt32(1), intstr.FromInt32(0)
		r.MaxUnavailable, r.MaxSurge = &one, &none
		if rolling := d.Spec.UpdateStrategy.RollingUpdate; rolling != nil {
			r.MaxUnavailable = firstSet(rolling.MaxUnavailable, r.MaxUnavailable)
			r.MaxSurge = firstSet(rolling.MaxSurge, r.MaxSurge)
		}
	}
	return r
}

func firstSet[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// podCondition makes a Condition of a pod's. Messages are kept only where a
// check speaks of them: a cluster has many pods.
func podCondition(c *corev1.PodCondition, withMessage bool) Condition {
	condition := Condition{Status: c.Status, Reason: c.Reason, Since: c.LastTransitionTime.Time}
	if withMessage {
		condition.Message = c.Message
	}
	return condition
}
