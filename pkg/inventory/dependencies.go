package inventory

import "slices"

// DependsOn lists what an object needs in order to work: first the objects that
// are judged with it, then the configuration, storage, account and nodes of a
// workload.
func (inv *Inventory) DependsOn(o *Object) []*Object {
	all := inv.judgedWith(o)
	if w := find(inv.Workloads, o); w != nil {
		all = append(all, w.uses()...)
	}
	return all
}

// judgedWith lists the objects without which a verdict on an object would be
// incomplete: traffic arrives through Services and routes, and budgets and
// autoscalers decide about pods.
func (inv *Inventory) judgedWith(o *Object) []*Object {
	var all []*Object
	add := func(others ...*Object) {
		for _, other := range others {
			if !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	if w := find(inv.Workloads, o); w != nil {
		add(identities(w.Services)...)
		for _, s := range w.Services {
			add(identities(s.Routes)...)
		}
		add(identities(w.Budgets)...)
		add(identities(w.Autoscalers)...)
	}
	if s := find(inv.Services, o); s != nil {
		add(identities(s.Workloads)...)
		add(identities(s.Routes)...)
	}
	if r := find(inv.Routes, o); r != nil {
		for _, b := range r.Backends {
			if b.Service != nil {
				add(&b.Service.Object)
			}
		}
	}
	return all
}

// uses lists the objects that the pods of a workload refer to, and the nodes on
// which they run.
func (w *Workload) uses() []*Object {
	var all []*Object
	add := func(kind, name string) {
		other := &Object{APIVersion: "v1", Kind: kind, Namespace: w.Namespace, Name: name}
		if kind == "Node" {
			other.Namespace = ""
		}
		same := func(o *Object) bool { return o.Kind == kind && o.Name == name }
		if name != "" && !slices.ContainsFunc(all, same) {
			all = append(all, other)
		}
	}
	for _, t := range w.Templates {
		for _, r := range t.References() {
			add(r.Kind, r.Name)
		}
		for i := range t.Spec.Volumes {
			if claim := t.Spec.Volumes[i].PersistentVolumeClaim; claim != nil {
				add("PersistentVolumeClaim", claim.ClaimName)
			}
		}
		if account := t.Spec.ServiceAccountName; account != "default" {
			add("ServiceAccount", account)
		}
	}
	SortObjects(all)
	configuration := len(all)
	for _, p := range w.Judged() {
		add("Node", p.Node)
	}
	SortObjects(all[configuration:])
	return all
}

func identities[T interface{ Identity() *Object }](objects []T) []*Object {
	all := make([]*Object, len(objects))
	for i, o := range objects {
		all[i] = o.Identity()
	}
	return all
}

// find finds the object itself in a list. It returns nil if the object is not
// there.
func find[T interface{ Identity() *Object }](objects []T, o *Object) (found T) {
	i := slices.IndexFunc(objects, func(candidate T) bool { return candidate.Identity() == o })
	if i >= 0 {
		found = objects[i]
	}
	return found
}
