package collect

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// labelIndex finds the pods that a selector selects without trying every pod: it
// tries only those that share its rarest label. The time for a cluster with as
// many Services as workloads is then linear, not quadratic.
type labelIndex struct {
	used      map[string]bool
	labeled   map[labelPair][]selectable
	templates map[string][]selectable
	// operated are custom resources that run pods with unknown labels.
	operated []*inventory.Object
}

type labelPair struct{ namespace, name, value string }

// selectable is a pod that has not ended, or the template of a workload or of a
// custom resource.
type selectable struct {
	labels   labels.Set
	pod      *inventory.Pod
	workload *inventory.Workload
	maker    *inventory.Object
}

func newLabelIndex(inv *inventory.Inventory) *labelIndex {
	x := &labelIndex{usedLabels(inv), map[labelPair][]selectable{}, map[string][]selectable{}, inv.Operated}
	for _, w := range inv.Workloads {
		living := false
		for _, p := range w.Pods {
			if !p.Finished() {
				living = true
				x.add(w.Namespace, selectable{labels: p.Labels, pod: p, workload: w})
			}
		}
		if len(w.Templates) == 0 {
			continue
		}
		template := selectable{labels: w.Templates[0].Labels, workload: w}
		if !living {
			x.add(w.Namespace, template)
		}
		if !living || w.Kind == "StatefulSet" {
			x.templates[w.Namespace] = append(x.templates[w.Namespace], template)
		}
	}
	for _, m := range inv.Makers {
		x.add(m.Namespace, selectable{labels: m.Labels, maker: &m.Object})
	}
	return x
}

func (x *labelIndex) add(namespace string, s selectable) {
	everything := labelPair{namespace: namespace}
	x.labeled[everything] = append(x.labeled[everything], s)
	for name, value := range s.labels {
		if x.used[name] {
			pair := labelPair{namespace, name, value}
			x.labeled[pair] = append(x.labeled[pair], s)
		}
	}
}

// usedLabels returns the names of the labels in all selectors.
func usedLabels(inv *inventory.Inventory) map[string]bool {
	used := map[string]bool{}
	for _, s := range inv.Services {
		for name := range s.Selector {
			used[name] = true
		}
	}
	for _, b := range inv.Budgets {
		requirements, _ := b.Selector.Requirements()
		for _, r := range requirements {
			used[r.Key()] = true
		}
	}
	return used
}

// selected returns the selected pods, the workloads that have or make them, and
// the custom resources that may make them. Each list is sorted.
func (x *labelIndex) selected(
	namespace string, selector labels.Selector,
) (pods []*inventory.Pod, workloads []*inventory.Workload, makers []*inventory.Object) {
	for _, hit := range x.hits(namespace, selector) {
		switch {
		case hit.maker != nil:
			makers = append(makers, hit.maker)
			continue
		case hit.pod != nil:
			pods = append(pods, hit.pod)
			// The pods of a workload are adjacent.
			if last := len(workloads) - 1; last >= 0 && workloads[last] == hit.workload {
				continue
			}
		case slices.Contains(workloads, hit.workload):
			continue
		}
		workloads = append(workloads, hit.workload)
	}
	if len(workloads) == 0 {
		makers = append(makers, operatedBy(x.operated, namespace, selector)...)
	}
	inventory.SortObjects(pods)
	inventory.SortObjects(workloads)
	return pods, workloads, makers
}

func (x *labelIndex) hits(namespace string, selector labels.Selector) []selectable {
	requirements, selectable := selector.Requirements()
	if !selectable {
		return nil
	}
	candidates, ofControllers := x.labeled[labelPair{namespace: namespace}], false
	for _, r := range requirements {
		value, one := inventory.SingleValue(&r)
		if !one {
			continue
		}
		ofControllers = ofControllers || inventory.AddedLabel(r.Key())
		if sharing := x.labeled[labelPair{namespace, r.Key(), value}]; len(sharing) < len(candidates) {
			candidates = sharing
		}
	}
	var hits = candidates[:0:0]
	for _, candidate := range candidates {
		if selector.Matches(candidate.labels) {
			hits = append(hits, candidate)
		}
	}
	if ofControllers {
		for _, template := range x.templates[namespace] {
			if template.workload.Makes(requirements) {
				hits = append(hits, template)
			}
		}
	}
	return hits
}
