package resources

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// podRequests returns what the scheduler reserves: the requests of the pod as a
// whole, otherwise those of its containers, or of an init container that needs
// more than they do, with the overhead of the pod's runtime.
func podRequests(t *inventory.Template) corev1.ResourceList {
	return podRequestsInto(nil, t)
}

// podRequestsInto reuses a list, for callers that add up many pods.
func podRequestsInto(list corev1.ResourceList, t *inventory.Template) corev1.ResourceList {
	return resource.PodRequests(&corev1.Pod{Spec: t.Spec}, resource.PodResourcesOptions{Reuse: list})
}

// podLimits returns the limits of all its containers together. Containers without
// a limit do not count.
func podLimits(t *inventory.Template) corev1.ResourceList {
	return resource.PodLimits(&corev1.Pod{Spec: t.Spec}, resource.PodResourcesOptions{})
}
