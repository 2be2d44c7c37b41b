package probes

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// evidenceOf describes a container, or lists the possible ones.
func evidenceOf(t *inventory.Template, c *corev1.Container) api.Evidence {
	if c != nil {
		return api.Evidence{"containerKind": string(t.KindOf(c))}
	}
	var names []string
	for _, candidate := range t.LongRunning() {
		names = append(names, candidate.Name)
	}
	return api.Evidence{"candidates": names}
}

// runsForever reports whether a workload needs probes: pods that run to
// completion do not.
func runsForever(w *inventory.Workload) bool { return !w.RunsToCompletion() && len(w.Templates) > 0 }

// eachLongRunning judges the containers of a workload that does not run to
// completion.
func eachLongRunning(
	w *inventory.Workload, judge func(*inventory.Template, *corev1.Container) *audit.Fault,
) audit.Verdict {
	if !runsForever(w) {
		return audit.NotApplicable()
	}
	return audit.Faults(faultsOf(w, judge)...)
}

// faultsOf returns those of each long-running container in all templates of a
// workload; containers of the same name that are alike in several revisions make
// one fault.
func faultsOf(
	w *inventory.Workload, judge func(*inventory.Template, *corev1.Container) *audit.Fault,
) []audit.Fault {
	var faults []audit.Fault
	for _, t := range w.Templates {
		for _, c := range t.LongRunning() {
			faults = addFault(faults, judge(t, c))
		}
	}
	return faults
}

func addFault(faults []audit.Fault, f *audit.Fault) []audit.Fault {
	if f == nil || slices.ContainsFunc(faults, func(other audit.Fault) bool {
		return other.Container == f.Container && other.Message == f.Message
	}) {
		return faults
	}
	return append(faults, *f)
}
