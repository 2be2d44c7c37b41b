package availability

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// spread reports whether a rule keeps pods of the template apart: one whose
// selector counts them.
func spread(t *inventory.Template, namespace string) bool {
	for _, c := range t.Spec.TopologySpreadConstraints {
		if counts(c.LabelSelector, t) {
			return true
		}
	}
	if t.Spec.Affinity == nil || t.Spec.Affinity.PodAntiAffinity == nil {
		return false
	}
	keepsApart := func(term corev1.PodAffinityTerm) bool {
		return counts(term.LabelSelector, t) &&
			(len(term.Namespaces) == 0 || term.NamespaceSelector != nil || slices.Contains(term.Namespaces, namespace))
	}
	anti := t.Spec.Affinity.PodAntiAffinity
	return slices.ContainsFunc(anti.RequiredDuringSchedulingIgnoredDuringExecution, keepsApart) ||
		slices.ContainsFunc(anti.PreferredDuringSchedulingIgnoredDuringExecution, func(p corev1.WeightedPodAffinityTerm) bool {
			return keepsApart(p.PodAffinityTerm)
		})
}

// counts reports whether a selector matches the pods of a template; without one,
// it matches nothing.
func counts(s *metav1.LabelSelector, t *inventory.Template) bool {
	if s == nil {
		return false
	}
	for name, value := range s.MatchLabels {
		if t.Labels[name] != value {
			return false
		}
	}
	expressions, err := metav1.LabelSelectorAsSelector(&metav1.LabelSelector{MatchExpressions: s.MatchExpressions})
	// An invalid selector, which no API server accepts, proves nothing.
	return err != nil || expressions.Matches(labels.Set(t.Labels))
}

// hasSpreadRules reports whether there is any rule, whatever it counts.
func hasSpreadRules(s *corev1.PodSpec) bool {
	return len(s.TopologySpreadConstraints) > 0 || s.Affinity != nil && s.Affinity.PodAntiAffinity != nil
}

// addSpread adds spread constraints; the change also rolls out pods that
// follow them.
func addSpread(w *inventory.Workload, advice string) audit.Fix {
	if w.Selector == nil {
		return audit.Fix{Advice: advice}
	}
	var constraints []remedy.Fields
	for _, topology := range []string{corev1.LabelTopologyZone, corev1.LabelHostname} {
		constraints = append(constraints, remedy.Fields{
			"maxSkew": 1, "topologyKey": topology, "whenUnsatisfiable": corev1.ScheduleAnyway, "labelSelector": w.Selector,
		})
	}
	return remedy.PodSpec(w, advice, remedy.Fields{"topologySpreadConstraints": constraints})
}

// spreadNow spreads pods that are all in one place.
func spreadNow(w *inventory.Workload, advice string) audit.Fix {
	switch {
	case w.SharesClaim():
		return audit.Fix{Advice: advice + ", once they can share their PersistentVolumeClaim (ReadWriteMany) or need none"}
	case len(w.Templates) > 0 && spread(w.Templates[0], w.Namespace):
		// The template already asks for it, but at the time there was no room or
		// no such node.
		return remedy.Template(w, advice+": a new rollout places them again", audit.Kubectl("rollout", "restart"))
	}
	return addSpread(w, advice)
}
