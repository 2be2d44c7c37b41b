package availability

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// spread reports whether a pod spec asks for its replicas to be kept apart.
func spread(s *corev1.PodSpec) bool {
	if len(s.TopologySpreadConstraints) > 0 {
		return true
	}
	if s.Affinity == nil || s.Affinity.PodAntiAffinity == nil {
		return false
	}
	anti := s.Affinity.PodAntiAffinity
	return len(anti.RequiredDuringSchedulingIgnoredDuringExecution)+len(anti.PreferredDuringSchedulingIgnoredDuringExecution) > 0
}

// demandSpread adds spread constraints, which also rolls out pods that follow
// them.
func demandSpread(w *inventory.Workload, advice string) audit.Fix {
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
	case len(w.Templates) > 0 && spread(&w.Templates[0].Spec):
		// It asks for that, but there was no room, or no such node, at the time.
		return remedy.Template(w, advice+": a new rollout places them anew", audit.Kubectl("rollout", "restart"))
	}
	return demandSpread(w, advice)
}
