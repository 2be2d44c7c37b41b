package resources

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// judgeAdmitted judges the pod specs of a workload as they are after admission: a
// LimitRange may have set what the manifest omits. For a spec that never ran this
// is known only if all LimitRanges are.
func judgeAdmitted(p *audit.Pass, w *inventory.Workload, find func(*inventory.Template) []audit.Fault) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, t := range w.Templates {
		found := find(t)
		if len(found) > 0 && !t.Admitted && !p.ReadIn(w.Namespace, inventory.LimitRanges) {
			return audit.Unknown(p.WhyUnread(w.Namespace, inventory.LimitRanges))
		}
		faults = append(faults, found...)
	}
	return audit.Faults(faults...)
}

// isSet reports whether a quantity limits or requests anything: 0 does not.
func isSet(list corev1.ResourceList, name corev1.ResourceName) bool {
	quantity := list[name]
	return !quantity.IsZero()
}
