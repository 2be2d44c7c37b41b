package collect

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// labelIndex finds the pods that a selector selects without trying every pod: it
// tries only those that share its rarest label. The time for a cluster with as
// many Services as workloads is then linear, not quadratic. It contains one
// namespace at a time, because an index of all would take much memory.
type labelIndex struct {
	inv       *inventory.Inventory
	used      map[string]bool
	namespace string
	all       []selectable
	// labeled contains positions in all.
	labeled   map[labelPair][]int32
	templates []selectable
}

type labelPair struct{ name, value string }

// selectable is a pod that has not ended, or the template of a workload or of a
// custom resource.
type selectable struct {
	labels   labels.Set
	pod      *inventory.Pod
	workload *inventory.Workload
	maker    *inventory.Object
}

func newLabelIndex(inv *inventory.Inventory) *labelIndex {
	return &labelIndex{inv: inv, used: usedLabels(inv)}
}

// of indexes a namespace.
func (x *labelIndex) of(namespace string) {
	if x.labeled != nil && x.namespace == namespace {
		return
	}
	x.namespace, x.all, x.labeled, x.templates = namespace, nil, map[labelPair][]int32{}, nil
	for _, w := range inventory.In(x.inv.Workloads, namespace) {
		living := false
		for _, p := range w.Pods {
			if !p.Finished() {
				living = true
				x.add(selectable{labels: p.Labels, pod: p, workload: w})
			}
		}
		if len(w.Templates) == 0 {
			continue
		}
		template := selectable{labels: w.Templates[0].Labels, workload: w}
		if !living {
			x.add(template)
		}
		if !living || w.Kind == "StatefulSet" {
			x.templates = append(x.templates, template)
		}
	}
	for _, m := range x.inv.Makers {
		if m.Namespace == namespace {
			x.add(selectable{labels: m.Labels, maker: &m.Object})
		}
	}
}

func (x *labelIndex) add(s selectable) {
	for name, value := range s.labels {
		if x.used[name] {
			pair := labelPair{name, value}
			x.labeled[pair] = append(x.labeled[pair], int32(len(x.all)))
		}
	}
	x.all = append(x.all, s)
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
	x.of(namespace)
	for _, hit := range x.hits(selector) {
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
		makers = append(makers, operatedBy(x.inv.Operated, namespace, selector)...)
	}
	inventory.SortObjects(pods)
	inventory.SortObjects(workloads)
	return pods, workloads, makers
}

func (x *labelIndex) hits(selector labels.Selector) []selectable {
	requirements, selects := selector.Requirements()
	if !selects {
		return nil
	}
	var rarest []int32
	one, ofControllers := false, false
	for _, r := range requirements {
		value, single := inventory.SingleValue(&r)
		if !single {
			continue
		}
		ofControllers = ofControllers || inventory.AddedLabel(r.Key())
		if sharing := x.labeled[labelPair{r.Key(), value}]; !one || len(sharing) < len(rarest) {
			one, rarest = true, sharing
		}
	}
	var hits []selectable
	match := func(candidate selectable) {
		if selector.Matches(candidate.labels) {
			hits = append(hits, candidate)
		}
	}
	for _, at := range rarest {
		match(x.all[at])
	}
	if !one {
		for _, candidate := range x.all {
			match(candidate)
		}
	}
	if ofControllers {
		for _, template := range x.templates {
			if template.workload.Makes(requirements) {
				hits = append(hits, template)
			}
		}
	}
	return hits
}
