package inventory

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
)

// selectLabeled keeps the objects that match the scope's selector.
func (inv *Inventory) selectLabeled() {
	if !inv.Scope.selectsLabels() {
		return
	}
	selector := inv.Scope.Selector
	inv.Workloads = slices.DeleteFunc(inv.Workloads, func(w *Workload) bool { return !w.Matches(selector) })
	inv.Services = labeled(inv.Services, selector)
	inv.Budgets = labeled(inv.Budgets, selector)
	inv.Autoscalers = labeled(inv.Autoscalers, selector)
	inv.Routes = labeled(inv.Routes, selector)
}

// labeled returns the objects whose own labels match.
func labeled[T interface{ Identity() *Object }](objects []T, s labels.Selector) []T {
	return slices.DeleteFunc(objects, func(o T) bool { return !o.Identity().Matches(s) })
}

// exclude removes the objects of namespaces that are not judged, and remembers
// the names of these namespaces.
func (inv *Inventory) exclude() {
	if len(inv.Scope.Exclude) == 0 {
		return
	}
	names := map[string]bool{}
	out := func(namespace string) bool {
		excluded := inv.Scope.Excludes(namespace)
		if excluded {
			names[namespace] = true
		}
		return excluded
	}
	inv.judgeOutside(out)
	for _, n := range inv.NamespaceObjects {
		out(n.Name)
	}
	inv.Excluded = slices.Sorted(maps.Keys(names))
}

// leaveToOtherShards takes out what belongs to their namespaces.
func (inv *Inventory) leaveToOtherShards() {
	if shard := inv.Scope.Shard; shard != nil {
		inv.judgeOutside(func(namespace string) bool { return !shard.Owns(namespace) })
	}
}

// judgeOutside keeps only what is judged if nothing in some namespaces is.
func (inv *Inventory) judgeOutside(out func(namespace string) bool) {
	inv.Workloads = outside(inv.Workloads, out)
	inv.Services = outside(inv.Services, out)
	inv.Budgets = outside(inv.Budgets, out)
	inv.Autoscalers = outside(inv.Autoscalers, out)
	inv.Routes = outside(inv.Routes, out)
	inv.Namespaces = slices.DeleteFunc(inv.Namespaces, func(n *Namespace) bool { return out(n.Name) })
}

// outside returns the objects of all other namespaces.
func outside[T interface{ Identity() *Object }](objects []T, out func(namespace string) bool) []T {
	return slices.DeleteFunc(objects, func(o T) bool { return out(o.Identity().Namespace) })
}

// Matches compares a selector with the object's own labels.
func (o *Object) Matches(s labels.Selector) bool { return s.Matches(labels.Set(o.Labels)) }

// Matches compares a selector with the labels of the workload and with those of
// its pods. The two often differ, and a user may mean either.
func (w *Workload) Matches(s labels.Selector) bool {
	return w.Object.Matches(s) ||
		slices.ContainsFunc(w.Templates, func(t *Template) bool { return s.Matches(labels.Set(t.Labels)) }) ||
		slices.ContainsFunc(w.Pods, func(p *Pod) bool { return s.Matches(labels.Set(p.Labels)) })
}
