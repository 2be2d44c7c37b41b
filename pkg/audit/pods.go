package audit

import (
	"slices"
)

// namedPods limits the pods that a finding names.
const namedPods = 3

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
