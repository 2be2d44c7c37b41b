package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// templateOf identifies what a workload runs, whatever its name, labels and version are. It
// is empty if that is not known.
func templateOf(w *inventory.Workload) string {
	template := w.Declared
	if template == nil {
		if len(w.Templates) == 0 {
			return ""
		}
		template = w.Templates[0]
	}
	sum := sha256.New()
	for _, containers := range [][]corev1.Container{template.Spec.InitContainers, template.Spec.Containers} {
		for i := range containers {
			c := &containers[i]
			for _, part := range append(append([]string{c.Name, withoutVersion(c.Image), ""}, c.Command...), c.Args...) {
				sum.Write([]byte(part))
				sum.Write([]byte{0})
			}
		}
		sum.Write([]byte{1})
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// withoutVersion is the name of an image without its tag and digest.
func withoutVersion(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		return image[:colon]
	}
	return image
}
