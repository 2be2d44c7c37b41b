package inventory

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Node is what is known of a node.
type Node struct {
	Object
	Unschedulable bool
	Zone          string
	Architecture  string
	Allocatable   corev1.ResourceList
	Conditions    []corev1.NodeCondition
}

// Namespace is what is known of a namespace.
type Namespace struct{ Object }

// PodDisruptionBudget is a budget and what it selects.
type PodDisruptionBudget struct {
	Object
	Selector labels.Selector
	Status   policyv1.PodDisruptionBudgetStatus
	Pods     []*Pod
}

// HorizontalPodAutoscaler is an autoscaler and its target.
type HorizontalPodAutoscaler struct {
	Object
	Target     autoscalingv2.CrossVersionObjectReference
	Min, Max   int32
	Current    int32
	Desired    int32
	Conditions []autoscalingv2.HorizontalPodAutoscalerCondition
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
