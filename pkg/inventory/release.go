package inventory

import (
	"maps"
	"slices"
)

// Releasable returns a copy that can give up objects without a change of the
// inventory itself.
func (inv *Inventory) Releasable() *Inventory {
	c := *inv
	c.Workloads, c.Services, c.Namespaces = slices.Clone(inv.Workloads), slices.Clone(inv.Services), slices.Clone(inv.Namespaces)
	c.Budgets, c.Autoscalers, c.Routes = slices.Clone(inv.Budgets), slices.Clone(inv.Autoscalers), slices.Clone(inv.Routes)
	c.readiness = maps.Clone(inv.readiness)
	return &c
}

// Release gives up the objects of a namespace and of all that are sorted before it:
// workloads with their pods, and what selects or serves them. They take nearly all
// memory of an inventory.
func (inv *Inventory) Release(namespace string) {
	inv.Workloads, inv.Services = after(inv.Workloads, namespace), after(inv.Services, namespace)
	inv.Budgets, inv.Autoscalers = after(inv.Budgets, namespace), after(inv.Autoscalers, namespace)
	inv.Routes = after(inv.Routes, namespace)
	named := slices.IndexFunc(inv.Namespaces, func(n *Namespace) bool { return n.Name > namespace })
	if named < 0 {
		named = len(inv.Namespaces)
	}
	clear(inv.Namespaces[:named])
	inv.Namespaces = inv.Namespaces[named:]
	maps.DeleteFunc(inv.readiness, func(p placement, _ *readinessChanges) bool { return p.namespace <= namespace })
}

// after clears the objects up to a namespace, and returns the others.
func after[T interface{ Identity() *Object }](sorted []T, namespace string) []T {
	n := slices.IndexFunc(sorted, func(o T) bool { return o.Identity().Namespace > namespace })
	if n < 0 {
		n = len(sorted)
	}
	clear(sorted[:n])
	return sorted[n:]
}
