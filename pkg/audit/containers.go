package audit

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// EachContainer judges the containers of all revisions of a workload: every
// container of a template, or those that run as long as the pod. If several
// revisions have a faulty container of one name, the newest counts.
func EachContainer(
	w *inventory.Workload, containers func(*inventory.Template) []*corev1.Container,
	judge func(*inventory.Template, *corev1.Container) *Fault,
) Verdict {
	if len(w.Templates) == 0 {
		return NotApplicable()
	}
	var faults []Fault
	for _, t := range w.Templates {
		for _, c := range containers(t) {
			if slices.ContainsFunc(faults, func(f Fault) bool { return f.Container == c.Name }) {
				continue
			}
			if fault := judge(t, c); fault != nil {
				fault.Container = c.Name
				faults = append(faults, *fault)
			}
		}
	}
	return Faults(faults...)
}
