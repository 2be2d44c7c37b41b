package load

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NamespaceName returns the name of a namespace.
func NamespaceName(n int) string { return fmt.Sprintf("team-%02d", n) }

func nodeName(n int) string { return fmt.Sprintf("node-%04d", n) }

// Node is one without its status.
func Node(n int) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: nodeName(n), Labels: map[string]string{
			corev1.LabelHostname: nodeName(n), corev1.LabelTopologyZone: fmt.Sprintf("zone-%d", n%3),
			corev1.LabelInstanceTypeStable: "standard-16", corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
		}},
	}
}

// NodeStatus belongs to Node.
func NodeStatus(n int) corev1.NodeStatus {
	status := corev1.NodeStatus{
		Capacity: resources("16", "64Gi"), Allocatable: resources("15", "60Gi"),
		Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: address(n)}},
		Conditions: []corev1.NodeCondition{{
			Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", LastTransitionTime: started,
		}},
	}
	for i := range 30 {
		status.Images = append(status.Images, corev1.ContainerImage{
			Names: []string{image(fmt.Sprintf("app-%d", i)), image(fmt.Sprintf("app-%d", i)) + "@" + digest(i)}, SizeBytes: 123456789,
		})
	}
	return status
}
