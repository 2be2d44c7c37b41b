package inventory

import (
	"slices"
)

// Injected reports whether a container was added to the pods on their way
// through the API server: the workload's own template, which its team can
// change, does not have it. Where that was not read, the injector's own mark on
// the pods tells.
func (w *Workload) Injected(container string) bool {
	declared := w.Declared
	if declared != nil && declared.Container(container) != nil {
		return false
	}
	return slices.ContainsFunc(w.Templates, func(t *Template) bool {
		// A proxy that is alone in its pod is the app: a gateway.
		return t != declared && t.Container(container) != nil && len(t.All()) > 1 &&
			(declared != nil || slices.Contains(t.Injected, container))
	})
}
