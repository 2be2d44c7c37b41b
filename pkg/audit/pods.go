package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// namedPods limits the pods that a finding names.
const namedPods = 3

// keepNames replaces the pods, and everything that they refer to, by what a
// finding says about them.
func (f *Fault) keepNames() {
	kept := f.Pods[:min(len(f.Pods), namedPods)]
	f.Pods, f.Seen, f.Without = make([]*inventory.Pod, len(kept)), nil, nil
	for i, pod := range kept {
		f.Pods[i] = &inventory.Pod{Object: inventory.Object{Name: pod.Name}, Node: pod.Node}
	}
}

// worstPods returns the first pods of all the faults, beginning with the worst
// fault.
func worstPods(faults []Fault) (names, nodes []string) {
	for _, f := range faults {
		for _, pod := range f.Pods {
			if len(names) < namedPods && !slices.Contains(names, pod.Name) {
				names, nodes = append(names, pod.Name), append(nodes, pod.Node)
			}
		}
	}
	return names, nodes
}
