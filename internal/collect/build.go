package collect

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Build makes an inventory from the facts. It computes everything that concerns
// several objects at once. Facts that are handed over become the inventory;
// otherwise they stay as they are, but for two fields that pods and events leave
// open for it, because they are too many to copy: the Workload of a pod, and whether
// the pod of an Event is Former.
func (f *Facts) Build(scope inventory.Scope, unread Unread) *inventory.Inventory {
	owners := ownersOf(f, unread)
	pods := podsOf(f, owners)
	b := builder{
		inv: &inventory.Inventory{
			Scope: scope, Nodes: own(f, f.nodes), Services: own(f, f.services), Budgets: own(f, f.budgets),
			Autoscalers: own(f, f.autoscalers), Quotas: latest(f.quotas), LimitRanges: latest(f.ranges),
			Routes: own(f, f.routes), Policies: latest(f.policies), IngressClasses: map[string]string{},
			NamespaceObjects: latest(f.namespaces), Events: eventsOf(f, pods), Configs: configsOf(f),
			Makers: f.makers, Operated: f.operated, ImageSizes: f.imageSizes, Owners: latest(f.answers),
		},
		facts:  f,
		unread: unread,
	}
	for _, class := range latest(f.classes) {
		b.inv.IngressClasses[class.Name] = class.controller
		if class.isDefault {
			b.inv.DefaultIngressClass = class.Name
		}
	}
	b.makeWorkloads(pods, owners)
	if f.handedOver {
		// Most of them are workloads now.
		f.controllers = nil
	}
	b.relate()
	return inventory.New(*b.inv)
}

// builder contains an inventory until it is finished.
type builder struct {
	inv *inventory.Inventory
	// pods are sorted, like all lists.
	pods   []*inventory.Pod
	facts  *Facts
	unread Unread
}

// makeWorkloads finds the workload of each pod and controller.
func (b *builder) makeWorkloads(pods []*inventory.Pod, owners *owners) {
	known := map[key]*inventory.Workload{}
	workload := func(o *inventory.Object, c *controller) *inventory.Workload {
		w := known[keyOf(o)]
		if w == nil {
			w = &inventory.Workload{Object: *o, Existence: owners.existence(o, c)}
			if c != nil {
				w.Replicas, w.Selector, w.CronJob, w.Rollout, w.Declared = c.replicas, c.selector, c.cronJob, c.rollout, c.template
			}
			known[keyOf(o)] = w
			b.inv.Workloads = append(b.inv.Workloads, w)
		}
		return w
	}
	templates := templatesOf(b.facts, pods)
	for i, p := range pods {
		w := workload(owners.topOfPod(p))
		if template := templates.asItRuns(p.Namespace, p.Template); template != p.Template {
			p = new(*p)
			p.Template = template
			pods[i] = p
		}
		p.Workload = w
		w.Pods = append(w.Pods, p)
	}
	b.pods = pods
	for _, c := range latest(b.facts.controllers) {
		top, above := owners.top(&c.Object)
		w := workload(top, above)
		if c.job != nil {
			w.Jobs = append(w.Jobs, ownOne(b.facts, c.job))
		}
		if top != &c.Object {
			w.Controllers = append(w.Controllers, &c.Object)
		}
	}
	inventory.SortObjects(b.inv.Workloads)
	for _, w := range b.inv.Workloads {
		sortJobs(w.Jobs)
		w.Templates = running(w)
		if len(w.Templates) == 0 && w.Declared != nil {
			// The declared template shows what would run. A workload that has ended for
			// good runs nothing.
			w.Declared = templates.asItRuns(w.Namespace, w.Declared)
			w.Templates = []*inventory.Template{w.Declared}
		}
		w.Revised = owners.revisionsOf(w)
	}
}

// podsOf returns the last version that was read of each pod, without pods that
// have disappeared since.
func podsOf(f *Facts, owners *owners) []*inventory.Pod {
	pods := latest(f.pods)
	if len(f.vanished) == 0 {
		return pods
	}
	vanished := map[key]bool{}
	for _, owner := range f.vanished {
		vanished[keyOf(owner)] = true
	}
	return slices.DeleteFunc(pods, func(p *inventory.Pod) bool {
		top, _ := owners.top(&p.Object)
		return vanished[keyOf(top)]
	})
}

// revisionsOf counts changes of the ReplicaSets below a workload; each
// ReplicaSet but the first is itself a change. Without ReplicaSets it counts
// changes of the workload's own spec. The generation of a Deployment also grows
// with its annotations, so its ReplicaSets are more precise.
func (s *owners) revisionsOf(w *inventory.Workload) int64 {
	var sets, changes int64
	for _, o := range w.Controllers {
		if o.Kind == "ReplicaSet" {
			sets++
			changes += max(s.withKey(keyOf(o)).generation-1, 0)
		}
	}
	if sets > 0 {
		return changes + sets - 1
	}
	if known := s.withKey(keyOf(&w.Object)); known != nil {
		return max(known.generation-1, 0)
	}
	return 0
}
