package probes

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// nameOf a container; nil is one of several, and nobody knows which.
func nameOf(c *corev1.Container) string {
	if c == nil {
		return ""
	}
	return c.Name
}

// evidenceOf says what is known of a container, or which ones it could be.
func evidenceOf(t *inventory.Template, c *corev1.Container) report.Evidence {
	if c != nil {
		return report.Evidence{"containerKind": string(t.KindOf(c))}
	}
	var names []string
	for _, candidate := range t.LongRunning() {
		names = append(names, candidate.Name)
	}
	return report.Evidence{"candidates": names}
}
