package collect

import (
	"cmp"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func deploymentRollout(d *appsv1.Deployment, unsaid Unsaid) *inventory.Rollout {
	r := &inventory.Rollout{
		Unwritten:  unsaid.Status,
		Generation: d.Generation, Observed: d.Status.ObservedGeneration,
		Desired: ptr.Deref(d.Spec.Replicas, 1), Current: d.Status.Replicas, Updated: d.Status.UpdatedReplicas,
		Ready: d.Status.ReadyReplicas, Available: d.Status.AvailableReplicas,
		Paused:           d.Spec.Paused,
		ProgressDeadline: time.Duration(ptr.Deref(d.Spec.ProgressDeadlineSeconds, 600)) * time.Second,
		Strategy:         cmp.Or(string(d.Spec.Strategy.Type), inventory.RollingUpdate),
	}
	if r.Strategy == inventory.RollingUpdate {
		quarter := intstr.FromString("25%")
		r.MaxUnavailable, r.MaxSurge = &quarter, &quarter
		if rolling := d.Spec.Strategy.RollingUpdate; rolling != nil {
			r.MaxUnavailable = cmp.Or(rolling.MaxUnavailable, r.MaxUnavailable)
			r.MaxSurge = cmp.Or(rolling.MaxSurge, r.MaxSurge)
		}
	}
	if revision, err := strconv.Atoi(d.Annotations[revisionAnnotation]); err == nil {
		r.Former = revision > 1
	}
	var failure inventory.Condition
	for _, c := range d.Status.Conditions {
		switch c.Type {
		case appsv1.DeploymentAvailable:
			r.Availability = inventory.Condition{Status: c.Status, Reason: c.Reason, Message: c.Message, Since: c.LastTransitionTime.Time}
		case appsv1.DeploymentProgressing:
			r.Progressing = inventory.Condition{Status: c.Status, Reason: c.Reason, Message: c.Message, Since: c.LastUpdateTime.Time}
		case appsv1.DeploymentReplicaFailure:
			failure = inventory.Condition{Status: c.Status, Reason: c.Reason, Message: c.Message, Since: c.LastTransitionTime.Time}
		}
	}
	for _, c := range []inventory.Condition{r.Progressing, failure} {
		if refuses(c) {
			r.Refused, r.Refusal = c, refusal(c.Message)
		}
	}
	return r
}

// refuses reports whether ReplicaFailure is True, or whether Progressing is
// False because not even the ReplicaSet could be created.
func refuses(c inventory.Condition) bool {
	switch c.Reason {
	case "FailedCreate":
		return c.Is(corev1.ConditionTrue)
	case "ReplicaSetCreateError":
		return c.Is(corev1.ConditionFalse)
	}
	return false
}

func statefulSetRollout(s *appsv1.StatefulSet, unsaid Unsaid) *inventory.Rollout {
	r := &inventory.Rollout{
		Unwritten:  unsaid.Status,
		Generation: s.Generation, Observed: s.Status.ObservedGeneration,
		Desired: ptr.Deref(s.Spec.Replicas, 1), Current: s.Status.Replicas, Updated: s.Status.UpdatedReplicas,
		Ready: s.Status.ReadyReplicas, Available: s.Status.AvailableReplicas,
		Strategy:       cmp.Or(string(s.Spec.UpdateStrategy.Type), inventory.RollingUpdate),
		Ordered:        s.Spec.PodManagementPolicy != appsv1.ParallelPodManagement,
		UpdateRevision: s.Status.UpdateRevision,
		Former:         s.Status.CurrentRevision != "" && s.Status.CurrentRevision != s.Status.UpdateRevision,
	}
	// Once all pods have the new revision, the server no longer keeps the number of
	// updated pods. Servers before 1.22 do not count available pods; without
	// minReadySeconds, ready pods are available.
	if s.Spec.MinReadySeconds == 0 {
		r.Available = max(r.Available, r.Ready)
	}
	if s.Spec.Ordinals != nil {
		r.FirstOrdinal = s.Spec.Ordinals.Start
	}
	if s.Status.CurrentRevision == s.Status.UpdateRevision {
		r.Updated = r.Current
	}
	if r.Strategy == inventory.RollingUpdate {
		one := intstr.FromInt32(1)
		r.MaxUnavailable = &one
		if rolling := s.Spec.UpdateStrategy.RollingUpdate; rolling != nil {
			r.MaxUnavailable = cmp.Or(rolling.MaxUnavailable, r.MaxUnavailable)
			r.Partition = ptr.Deref(rolling.Partition, 0)
		}
	}
	return r
}

func daemonSetRollout(d *appsv1.DaemonSet, unsaid Unsaid) *inventory.Rollout {
	r := &inventory.Rollout{
		Unwritten:  unsaid.Status,
		Generation: d.Generation, Observed: d.Status.ObservedGeneration,
		Desired: d.Status.DesiredNumberScheduled, Current: d.Status.CurrentNumberScheduled,
		Updated: d.Status.UpdatedNumberScheduled, Ready: d.Status.NumberReady, Available: d.Status.NumberAvailable,
		Strategy: cmp.Or(string(d.Spec.UpdateStrategy.Type), inventory.RollingUpdate),
	}
	if r.Strategy == inventory.RollingUpdate {
		one, none := intstr.FromInt32(1), intstr.FromInt32(0)
		r.MaxUnavailable, r.MaxSurge = &one, &none
		if rolling := d.Spec.UpdateStrategy.RollingUpdate; rolling != nil {
			r.MaxUnavailable = cmp.Or(rolling.MaxUnavailable, r.MaxUnavailable)
			r.MaxSurge = cmp.Or(rolling.MaxSurge, r.MaxSurge)
		}
	}
	return r
}
