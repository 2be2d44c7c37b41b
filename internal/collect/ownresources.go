package collect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ownResources returns the resources of a pod if they differ from those of its
// template, otherwise nil. They differ if the pod was resized in place, or if
// admission changed its resources or containers. It reads only the parts of the
// spec that are kept for each pod.
func ownResources(t *inventory.Template, spec *corev1.PodSpec) *inventory.PodResources {
	for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range containers {
			setRequestsFromLimits(&containers[i].Resources)
		}
	}
	if alikeContainers(t.Spec.Containers, spec.Containers) && alikeContainers(t.Spec.InitContainers, spec.InitContainers) &&
		(t.Spec.Resources == nil) == (spec.Resources == nil) &&
		(spec.Resources == nil || alikeResources(t.Spec.Resources, spec.Resources)) {
		return nil
	}
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		Containers: spec.Containers, InitContainers: spec.InitContainers, Resources: spec.Resources, Overhead: t.Spec.Overhead,
	}}
	return &inventory.PodResources{
		Requests: resource.PodRequests(pod, resource.PodResourcesOptions{}),
		Limits:   resource.PodLimits(pod, resource.PodResourcesOptions{}),
	}
}

func alikeContainers(a, b []corev1.Container) bool {
	return slices.EqualFunc(a, b, func(a, b corev1.Container) bool {
		return a.Name == b.Name && alikeResources(&a.Resources, &b.Resources)
	})
}

func alikeResources(a, b *corev1.ResourceRequirements) bool {
	return alikeList(a.Requests, b.Requests) && alikeList(a.Limits, b.Limits)
}

func alikeList(a, b corev1.ResourceList) bool {
	if len(a) != len(b) {
		return false
	}
	for name, quantity := range a {
		if other, found := b[name]; !found || quantity.Cmp(other) != 0 {
			return false
		}
	}
	return true
}
