package inventory

import (
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Namespace is a namespace with workloads, Services or quotas.
type Namespace struct {
	Object
	Workloads   []*Workload
	Quotas      []*ResourceQuota
	LimitRanges []*LimitRange
}

// PodDisruptionBudget is a budget and the pods that it selects.
type PodDisruptionBudget struct {
	Object
	Selector labels.Selector
	// MinAvailable or MaxUnavailable is set, whichever the budget uses.
	MinAvailable, MaxUnavailable *intstr.IntOrString
	Generation                   int64
	Status                       policyv1.PodDisruptionBudgetStatus
	// Pods are the selected pods that have not ended.
	Pods      []*Pod
	Workloads []*Workload
	// Makers are custom resources in files whose templates the budget selects.
	Makers []*Object
}

// HorizontalPodAutoscaler is an autoscaler and its target.
type HorizontalPodAutoscaler struct {
	Object
	Target   autoscalingv2.CrossVersionObjectReference
	Min, Max int32
	Current  int32
	Desired  int32
	// LastScaled is the time at which it last changed the number of replicas.
	LastScaled time.Time
	Conditions []autoscalingv2.HorizontalPodAutoscalerCondition
	// Workload is its target, nil if the target was not read.
	Workload *Workload
}

// ResourceQuota is a namespace's quota.
type ResourceQuota struct {
	Object
	Hard, Used corev1.ResourceList
}

// LimitRange holds the defaults that a namespace gives to containers.
type LimitRange struct {
	Object
	Limits []corev1.LimitRangeItem
}
