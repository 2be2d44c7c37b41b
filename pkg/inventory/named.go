package inventory

import (
	"maps"
	"slices"
	"strings"
)

// ObjectName names an object, as TYPE/NAME on a command line does.
type ObjectName struct {
	Resource Resource
	Kind     string
	Name     string
}

// String returns the name as kubectl prints it: deployment.apps/cart.
func (n ObjectName) String() string {
	kind := strings.ToLower(n.Kind)
	if group := n.Resource.GroupResource().Group; group != "" {
		kind += "." + group
	}
	return kind + "/" + n.Name
}

func (n ObjectName) is(o *Object) bool {
	return o.Name == n.Name && o.Kind == n.Kind && o.Group() == n.Resource.GroupResource().Group
}

// leadsTo reports whether a workload is the named object, or the workload to
// which it belongs.
func (n ObjectName) leadsTo(w *Workload) bool {
	return n.is(&w.Object) || slices.ContainsFunc(w.Controllers, n.is) ||
		n.Resource == Pods && slices.ContainsFunc(w.Pods, func(p *Pod) bool { return p.Name == n.Name })
}

// NamesNodes reports whether the objects in scope are nodes, which belong to no namespace.
func (s Scope) NamesNodes() bool { return len(s.Objects) > 0 && s.Objects[0].Resource == Nodes }

// selectNamed keeps the objects that the scope names, and those that they depend on.
func (inv *Inventory) selectNamed() {
	if len(inv.Scope.Objects) == 0 {
		return
	}
	kept := map[*Object]bool{}
	for _, name := range inv.Scope.Objects {
		found := inv.named(name)
		if len(found) == 0 {
			inv.Missing = append(inv.Missing, name)
		}
		for _, o := range found {
			kept[o] = true
			inv.Named = append(inv.Named, o)
		}
	}
	for _, o := range slices.Collect(maps.Keys(kept)) {
		for _, other := range inv.judgedWith(o) {
			kept[other] = true
		}
	}
	inv.Workloads = only(inv.Workloads, kept)
	inv.Services = only(inv.Services, kept)
	inv.Budgets = only(inv.Budgets, kept)
	inv.Autoscalers = only(inv.Autoscalers, kept)
	inv.Routes = only(inv.Routes, kept)
	if inv.Scope.NamesNodes() {
		inv.Nodes = only(inv.Nodes, kept)
	}
}

// named finds the objects to which a name leads: a pod leads to its workload.
func (inv *Inventory) named(name ObjectName) []*Object {
	var found []*Object
	for _, w := range inv.Workloads {
		if name.leadsTo(w) {
			found = append(found, &w.Object)
		}
	}
	return slices.Concat(found,
		called(inv.Services, name), called(inv.Budgets, name), called(inv.Autoscalers, name),
		called(inv.Routes, name), called(inv.Nodes, name))
}

// Subject finds an object that is judged, nil if there is none.
func (inv *Inventory) Subject(apiVersion, kind, namespace, name string) *Object {
	wanted := Object{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name}
	for _, o := range slices.Concat(identities(inv.Workloads), identities(inv.Services), identities(inv.Budgets),
		identities(inv.Autoscalers), identities(inv.Routes), identities(inv.Nodes), identities(inv.Namespaces)) {
		if o.Kind == kind && o.Namespace == namespace && o.Name == name && o.Group() == wanted.Group() {
			return o
		}
	}
	return nil
}

func called[T interface{ Identity() *Object }](objects []T, name ObjectName) []*Object {
	var found []*Object
	for _, o := range objects {
		if name.is(o.Identity()) {
			found = append(found, o.Identity())
		}
	}
	return found
}

func only[T interface{ Identity() *Object }](objects []T, kept map[*Object]bool) []T {
	return slices.DeleteFunc(objects, func(o T) bool { return !kept[o.Identity()] })
}
