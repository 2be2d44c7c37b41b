package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// namedPods is how many of a finding's pods are worth naming.
const namedPods = 3

// keepNames lets go of the pods, with all that hangs on them, but for what a
// finding says of them.
func (f *Fault) keepNames() {
	kept := f.Pods[:min(len(f.Pods), namedPods)]
	f.Pods, f.Seen, f.Without = make([]*inventory.Pod, len(kept)), nil, nil
	for i, pod := range kept {
		f.Pods[i] = &inventory.Pod{Object: inventory.Object{Name: pod.Name}, Node: pod.Node}
	}
}

// worstPods are the first pods of all the faults, the worst fault's first.
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
