package images

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// use is an image that a container of a workload has, in any of its revisions.
type use struct {
	container *corev1.Container
	kind      inventory.ContainerKind
	ref       image.Reference
}

// key tells uses apart.
type key struct{ container, image string }

func (u use) key() key { return key{u.container.Name, u.container.Image} }

// usesOf are all images of a workload, each once for each container. What is no
// image reference cannot run; unreadable says which one is none.
func usesOf(p *audit.Pass, w *inventory.Workload) (uses []use, unreadable string) {
	for _, t := range w.Templates {
		for i, c := range t.All() {
			if slices.ContainsFunc(uses, func(u use) bool { return u.key() == key{c.Name, c.Image} }) {
				continue
			}
			ref, err := image.ParseIn(p, c.Image)
			if err != nil {
				unreadable = fmt.Sprintf("%s: image %q of container %s: %v", w.Name, c.Image, c.Name, err)
				continue
			}
			kind := inventory.App
			if i < len(t.Spec.InitContainers) {
				kind = inventory.KindOfInit(c)
			}
			uses = append(uses, use{c, kind, ref})
		}
	}
	return uses, unreadable
}
