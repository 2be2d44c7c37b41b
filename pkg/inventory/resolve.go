package inventory

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
)

// resolve turns what was collected into workloads and their relations.
func (c *collector) resolve(scope Scope) *Inventory {
	inv := &Inventory{
		Scope: scope, Nodes: c.nodes, Budgets: c.budgets,
		Autoscalers: c.autoscalers, Quotas: c.quotas, LimitRanges: c.ranges,
		Routes: c.routes, Policies: c.policies, IngressClasses: c.classes, DefaultIngressClass: c.defaultClass,
		namespaces: c.namespaces, events: c.events, configs: c.configs, makers: c.makers, operated: c.operated, imageSizes: c.imageSizes, confirmed: c.confirmed,
	}
	c.addAnnounced()
	inv.Workloads = c.workloads()
	inv.Services = c.services
	c.relate(inv)
	inv.former = c.formerPodEvents()
	inv.readiness = findReadinessChanges(inv.Workloads)
	SortObjects(inv.Workloads)
	SortObjects(inv.Services)
	SortObjects(inv.Nodes)
	SortObjects(inv.Namespaces)
	SortObjects(inv.Budgets)
	SortObjects(inv.Autoscalers)
	SortObjects(inv.Quotas)
	SortObjects(inv.LimitRanges)
	SortObjects(inv.Routes)
	SortObjects(inv.Policies)
	inv.exclude()
	if scope.Selects() {
		inv.Workloads = slices.DeleteFunc(inv.Workloads, func(w *Workload) bool { return !w.Matches(scope.Selector) })
		inv.Services = labelled(inv.Services, scope.Selector)
		inv.Budgets = labelled(inv.Budgets, scope.Selector)
		inv.Autoscalers = labelled(inv.Autoscalers, scope.Selector)
		inv.Routes = labelled(inv.Routes, scope.Selector)
	}
	return inv
}

// labelled are the objects whose own labels match.
func labelled[T interface{ Identity() *Object }](objects []T, s labels.Selector) []T {
	return slices.DeleteFunc(objects, func(o T) bool { return !o.Identity().Matches(s) })
}

// exclude takes out what belongs to namespaces in which nothing is judged, and
// keeps their names.
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
	inv.Workloads = outside(inv.Workloads, out)
	inv.Services = outside(inv.Services, out)
	inv.Budgets = outside(inv.Budgets, out)
	inv.Autoscalers = outside(inv.Autoscalers, out)
	inv.Routes = outside(inv.Routes, out)
	inv.Namespaces = slices.DeleteFunc(inv.Namespaces, func(n *Namespace) bool { return out(n.Name) })
	for name := range inv.namespaces {
		out(name)
	}
	inv.Excluded = slices.Sorted(maps.Keys(names))
}

// outside are the objects of all other namespaces.
func outside[T interface{ Identity() *Object }](objects []T, out func(namespace string) bool) []T {
	return slices.DeleteFunc(objects, func(o T) bool { return out(o.Identity().Namespace) })
}

// SortObjects sorts by namespace, kind and name, which is the order of every
// list in an inventory.
func SortObjects[T interface{ Identity() *Object }](objects []T) {
	slices.SortStableFunc(objects, func(a, b T) int { return compareObjects(a.Identity(), b.Identity()) })
}

// Matches looks at an object's own labels.
func (o *Object) Matches(s labels.Selector) bool { return s.Matches(labels.Set(o.Labels)) }

// Matches looks at the labels of the workload and at those of its pods: the
// two often differ, and users think of either.
func (w *Workload) Matches(s labels.Selector) bool {
	return w.Object.Matches(s) ||
		slices.ContainsFunc(w.Templates, func(t *Template) bool { return s.Matches(labels.Set(t.Labels)) }) ||
		slices.ContainsFunc(w.Pods, func(p *Pod) bool { return s.Matches(labels.Set(p.Labels)) })
}

func (c *collector) workloads() []*Workload {
	byKey := map[string]*Workload{}
	var all []*Workload
	workload := func(o *Object, known *controller) *Workload {
		w, found := byKey[o.key()]
		if !found {
			w = &Workload{Object: *o, Existence: c.existence(o, known)}
			if known != nil {
				w.Replicas, w.Selector = known.replicas, known.selector
				w.CronJob, w.Rollout, w.Declared = known.cronJob, known.rollout, known.template
			}
			byKey[o.key()] = w
			all = append(all, w)
		}
		return w
	}
	for _, p := range c.pods {
		top, known := &p.Object, (*controller)(nil)
		if !p.Mirror {
			top, known = c.top(&p.Object)
		}
		p.Workload = workload(top, known)
		p.Workload.Pods = append(p.Workload.Pods, p)
	}
	for _, owner := range c.controllers {
		top, known := c.top(&owner.Object)
		w := workload(top, known)
		if owner.job != nil {
			w.Jobs = append(w.Jobs, owner.job)
		}
		if top != &owner.Object {
			w.Controllers = append(w.Controllers, &owner.Object)
		}
	}
	ranges := map[string][]*LimitRange{}
	for _, r := range c.ranges {
		ranges[r.Namespace] = append(ranges[r.Namespace], r)
	}
	for _, w := range all {
		SortObjects(w.Pods)
		SortObjects(w.Controllers)
		slices.SortFunc(w.Jobs, compareJobs)
		w.Templates = templatesOf(w, ranges[w.Namespace])
		w.Revised = c.revisionsOf(w)
	}
	return all
}

// revisionsOf counts the changes of the ReplicaSets below a workload, each of
// which but the first is a change itself, or else of its own spec. A Deployment's
// generation also grows with its annotations, so its ReplicaSets know better.
func (c *collector) revisionsOf(w *Workload) int64 {
	var sets, changes int64
	for _, o := range w.Controllers {
		if o.Kind == "ReplicaSet" {
			sets++
			changes += max(c.controllers[o.key()].generation-1, 0)
		}
	}
	if sets > 0 {
		return changes + sets - 1
	}
	if known := c.controllers[w.key()]; known != nil {
		return max(known.generation-1, 0)
	}
	return 0
}

// templatesOf are the specs that the workload runs. Where no pod runs, its own
// template shows what would; what has ended for good has none.
func templatesOf(w *Workload, ranges []*LimitRange) []*Template {
	var running []*Template
	seen := map[*Template]bool{}
	for _, p := range w.Judged() {
		if !seen[p.Template] {
			seen[p.Template] = true
			running = append(running, p.Template)
		}
	}
	slices.SortStableFunc(running, func(a, b *Template) int { return b.Created.Compare(a.Created) })
	if len(running) == 0 && w.Declared != nil {
		running = append(running, w.Declared)
	}
	for _, t := range running {
		if !t.Admitted {
			t.Limited = applyLimitRanges(&t.Spec, ranges)
		}
	}
	return running
}
