package image

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// OnlyPause reports whether a pod runs only the pause program: it reserves room
// on a node, and exists to be evicted.
func OnlyPause(t *inventory.Template) bool {
	running := t.LongRunning()
	return len(running) > 0 && !slices.ContainsFunc(running, func(c *corev1.Container) bool {
		name := Base(c.Image)
		return name != "pause" && !strings.HasPrefix(name, "pause-")
	})
}
