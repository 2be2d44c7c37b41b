package collect

import (
	corev1 "k8s.io/api/core/v1"

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
