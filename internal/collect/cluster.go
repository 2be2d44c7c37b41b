package collect

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func projectNode(n *corev1.Node) *inventory.Node {
	return &inventory.Node{
		Object: objectOf("v1", "Node", n), Unschedulable: n.Spec.Unschedulable, Taints: n.Spec.Taints,
		Zone: n.Labels[corev1.LabelTopologyZone], Architecture: n.Status.NodeInfo.Architecture,
		Runtime:     n.Status.NodeInfo.ContainerRuntimeVersion,
		Allocatable: n.Status.Allocatable, Conditions: n.Status.Conditions,
	}
}

// projectNamespace keeps the annotations of a namespace. That a namespace exists
// says nothing: only namespaces with objects in them are judged.
func projectNamespace(m metav1.Object) *inventory.Object {
	o := objectOf("v1", "Namespace", m)
	return &inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: o.Name, Labels: o.Labels, Ignore: o.Ignore}
}

func projectQuota(q *corev1.ResourceQuota) *inventory.ResourceQuota {
	return &inventory.ResourceQuota{Object: objectOf("v1", "ResourceQuota", q), Hard: q.Status.Hard, Used: q.Status.Used}
}

func projectLimitRange(r *corev1.LimitRange) *inventory.LimitRange {
	return &inventory.LimitRange{Object: objectOf("v1", "LimitRange", r), Limits: r.Spec.Limits}
}

func projectBudget(b *policyv1.PodDisruptionBudget) *inventory.PodDisruptionBudget {
	selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
	if err != nil {
		selector = labels.Nothing()
	}
	return &inventory.PodDisruptionBudget{
		Object: objectOf("policy/v1", "PodDisruptionBudget", b), Selector: selector,
		MinAvailable: b.Spec.MinAvailable, MaxUnavailable: b.Spec.MaxUnavailable,
		Generation: b.Generation, Status: b.Status,
	}
}

func projectAutoscaler(h *autoscalingv2.HorizontalPodAutoscaler) *inventory.HorizontalPodAutoscaler {
	scaler := &inventory.HorizontalPodAutoscaler{
		Object: objectOf("autoscaling/v2", "HorizontalPodAutoscaler", h), Target: h.Spec.ScaleTargetRef,
		Min: ptr.Deref(h.Spec.MinReplicas, 1), Max: h.Spec.MaxReplicas,
		Current: h.Status.CurrentReplicas, Desired: h.Status.DesiredReplicas, Conditions: h.Status.Conditions,
	}
	if h.Status.LastScaleTime != nil {
		scaler.LastScaled = h.Status.LastScaleTime.Time
	}
	return scaler
}
