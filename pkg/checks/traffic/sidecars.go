package traffic

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Containers that meshes inject.
const (
	istioProxy   = "istio-proxy"
	linkerdProxy = "linkerd-proxy"
)

// hasSidecar reports whether a pod spec has a container of the name beside an
// app: a mesh's own gateways run its proxy alone.
func hasSidecar(t *inventory.Template, name string) bool {
	return len(t.Spec.Containers) > 1 &&
		slices.ContainsFunc(t.Spec.Containers, func(c corev1.Container) bool { return c.Name == name }) ||
		slices.ContainsFunc(t.Spec.InitContainers, func(c corev1.Container) bool {
			return c.Name == name && inventory.KindOfInit(&c) == inventory.Sidecar
		})
}

// isOneOf reports whether a container goes by one of the names, or runs an
// image of that name.
func isOneOf(c *corev1.Container, names []string) bool {
	return slices.Contains(names, c.Name) || slices.Contains(names, image.Base(c.Image))
}
