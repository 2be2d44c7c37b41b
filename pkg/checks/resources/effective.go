package resources

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// limitsInto is what one pod may use, which may differ from its siblings. It uses
// a list again, for whoever adds up many pods.
func limitsInto(list corev1.ResourceList, p *inventory.Pod) corev1.ResourceList {
	if p.Resources != nil {
		return p.Resources.Limits
	}
	return podLimitsInto(list, p.Template)
}

// podRequests are what the scheduler keeps room for: what the pod as a whole
// requests, else its containers, or an init container that needs more than they
// do, with the overhead of the pod's runtime.
func podRequests(t *inventory.Template) corev1.ResourceList {
	return podRequestsInto(nil, t)
}

// podRequestsInto uses a list again, for whoever adds up many pods.
func podRequestsInto(list corev1.ResourceList, t *inventory.Template) corev1.ResourceList {
	return resource.PodRequests(&corev1.Pod{Spec: t.Spec}, resource.PodResourcesOptions{Reuse: list})
}

// podLimits are what its containers may use together. Those without a limit are
// not in it.
func podLimits(t *inventory.Template) corev1.ResourceList {
	return podLimitsInto(nil, t)
}

// podLimitsInto uses a list again, for whoever adds up many pods.
func podLimitsInto(list corev1.ResourceList, t *inventory.Template) corev1.ResourceList {
	return resource.PodLimits(&corev1.Pod{Spec: t.Spec}, resource.PodResourcesOptions{Reuse: list})
}
