package inventory

import (
	"slices"
)

// Injected reports whether admission added a container to the pods: the
// workload's own template, which its team can change, does not have it. If that
// template was not read, the injector's marks on the pods decide.
func (w *Workload) Injected(container string) bool {
	declared := w.Declared
	if declared != nil && declared.Container(container) != nil {
		return false
	}
	return slices.ContainsFunc(w.Templates, func(t *Template) bool {
		// A proxy that is alone in its pod is the app itself: a gateway.
		return t != declared && t.Container(container) != nil && len(t.All()) > 1 &&
			(declared != nil || slices.Contains(t.Injected, container))
	})
}
