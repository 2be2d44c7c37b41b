package image

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// OnlyPause reports whether all that a pod runs is the pause program: it keeps
// room on a node, and is there to be evicted.
func OnlyPause(t *inventory.Template) bool {
	running := t.LongRunning()
	return len(running) > 0 && !slices.ContainsFunc(running, func(c *corev1.Container) bool {
		name := Base(c.Image)
		return name != "pause" && !strings.HasPrefix(name, "pause-")
	})
}
