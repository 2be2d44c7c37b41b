package collect

import (
	"maps"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// UnreadOf are the resources of which more may exist than was read.
func UnreadOf(reads []inventory.Read) map[inventory.Resource]bool {
	unread := map[inventory.Resource]bool{}
	for _, r := range reads {
		unread[r.Resource] = r.State != inventory.Complete
	}
	return unread
}

// Inventory turns what was collected into workloads and their relations.
func (c *Collector) Inventory(scope inventory.Scope) *inventory.Inventory {
	c.addAnnounced()
	c.markFormer()
	inv := &inventory.Inventory{
		Scope: scope, Nodes: c.nodes, Services: c.services, Budgets: c.budgets,
		Autoscalers: c.autoscalers, Quotas: c.quotas, LimitRanges: c.ranges,
		Routes: c.routes, Policies: c.policies, IngressClasses: c.classes, DefaultIngressClass: c.defaultClass,
		NamespaceObjects: slices.Collect(maps.Values(c.namespaces)), Events: c.events, Configs: c.configs, Makers: c.makers, Operated: c.operated,
		ImageSizes: c.imageSizes, Owners: slices.Collect(maps.Values(c.confirmed)),
	}
	inv.Workloads = c.workloads()
	c.relate(inv)
	return inventory.New(*inv)
}

func (c *Collector) workloads() []*inventory.Workload {
	byKey := map[string]*inventory.Workload{}
	var all []*inventory.Workload
	workload := func(o *inventory.Object, known *controller) *inventory.Workload {
		w, found := byKey[keyOf(o)]
		if !found {
			w = &inventory.Workload{Object: *o, Existence: c.existence(o, known)}
			if known != nil {
				w.Replicas, w.Selector = known.replicas, known.selector
				w.CronJob, w.Rollout, w.Declared = known.cronJob, known.rollout, known.template
			}
			byKey[keyOf(o)] = w
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
	ranges := map[string][]*inventory.LimitRange{}
	for _, r := range c.ranges {
		ranges[r.Namespace] = append(ranges[r.Namespace], r)
	}
	for _, w := range all {
		inventory.SortObjects(w.Pods)
		inventory.SortObjects(w.Controllers)
		sortJobs(w.Jobs)
		w.Templates = templatesOf(w, ranges[w.Namespace])
		w.Revised = c.revisionsOf(w)
	}
	return all
}

// revisionsOf counts the changes of the ReplicaSets below a workload, each of
// which but the first is a change itself, or else of its own spec. A Deployment's
// generation also grows with its annotations, so its ReplicaSets know better.
func (c *Collector) revisionsOf(w *inventory.Workload) int64 {
	var sets, changes int64
	for _, o := range w.Controllers {
		if o.Kind == "ReplicaSet" {
			sets++
			changes += max(c.controllers[keyOf(o)].generation-1, 0)
		}
	}
	if sets > 0 {
		return changes + sets - 1
	}
	if known := c.controllers[keyOf(&w.Object)]; known != nil {
		return max(known.generation-1, 0)
	}
	return 0
}

// templatesOf are the specs that the workload runs. Where no pod runs, its own
// template shows what would; what has ended for good has none.
func templatesOf(w *inventory.Workload, ranges []*inventory.LimitRange) []*inventory.Template {
	var running []*inventory.Template
	seen := map[*inventory.Template]bool{}
	for _, p := range w.Judged() {
		if !seen[p.Template] {
			seen[p.Template] = true
			running = append(running, p.Template)
		}
	}
	slices.SortStableFunc(running, func(a, b *inventory.Template) int { return b.Created.Compare(a.Created) })
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
