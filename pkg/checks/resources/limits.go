package resources

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// unlimited are the containers, of any kind, that neither a limit of their own
// nor one of the pod holds back.
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
