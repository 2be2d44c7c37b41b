package resources

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// unlimited returns the containers, of any kind, that are limited neither by
// themselves nor by the pod.
func unlimited(t *inventory.Template, name corev1.ResourceName) []*corev1.Container {
	if pod := t.Spec.Resources; pod != nil && isSet(pod.Limits, name) {
		return nil
	}
	var found []*corev1.Container
	for _, c := range t.All() {
		if !isSet(c.Resources.Limits, name) {
			found = append(found, c)
		}
	}
	return found
}
