package inventory

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// relate finds what each Service and PodDisruptionBudget selects, and the
// EndpointSlices of each Service.
func (c *collector) relate(inv *Inventory) {
	services := map[[2]string]*Service{}
	for _, s := range inv.Services {
		services[[2]string{s.Namespace, s.Name}] = s
	}
	for _, slice := range c.slices {
		if s := services[[2]string{slice.Namespace, slice.Service}]; s != nil {
			s.Slices = append(s.Slices, slice)
		}
	}

	index := newLabelIndex(inv)
	for _, maker := range inv.makers {
		index.add(maker.Namespace, selectable{labels: maker.labels, maker: &maker.Object})
	}
	for _, s := range inv.Services {
		SortObjects(s.Slices)
		if len(s.Selector) == 0 || s.External {
			continue
		}
		selector := labels.SelectorFromSet(s.Selector)
		for _, hit := range index.selected(s.Namespace, selector) {
			if hit.maker != nil {
				s.Makers = append(s.Makers, hit.maker)
				continue
			}
			if hit.pod != nil {
				s.Pods = append(s.Pods, hit.pod)
			}
			// The pods of a workload come one after the other.
			if last := len(s.Workloads) - 1; last < 0 || s.Workloads[last] != hit.workload {
				s.Workloads = append(s.Workloads, hit.workload)
				if !s.MetricsOnly {
					hit.workload.Services = append(hit.workload.Services, s)
				}
			}
		}
		if len(s.Workloads) == 0 {
			s.Makers = append(s.Makers, operatedBy(c.operated, s.Namespace, selector)...)
		}
		SortObjects(s.Pods)
		SortObjects(s.Workloads)
		s.shareNames()
	}
	for _, b := range inv.Budgets {
		for _, hit := range index.selected(b.Namespace, b.Selector) {
			if hit.maker != nil {
				b.Makers = append(b.Makers, hit.maker)
				continue
			}
			if hit.pod != nil {
				b.Pods = append(b.Pods, hit.pod)
			}
			if last := len(hit.workload.Budgets) - 1; last < 0 || hit.workload.Budgets[last] != b {
				hit.workload.Budgets = append(hit.workload.Budgets, b)
				b.Workloads = append(b.Workloads, hit.workload)
			}
		}
		if len(b.Workloads) == 0 {
			b.Makers = append(b.Makers, operatedBy(c.operated, b.Namespace, b.Selector)...)
		}
		SortObjects(b.Pods)
		SortObjects(b.Workloads)
	}
	for _, w := range inv.Workloads {
		SortObjects(w.Services)
		SortObjects(w.Budgets)
	}
	relateJobs(inv.Workloads)
	relateAutoscalers(inv, c.scalers)
	relateNodes(inv)
	relateRoutes(inv, services)
	relatePolicies(inv, services)
	inv.Namespaces = namespacesOf(inv)
}

// relateAutoscalers finds the target of each autoscaler. Those that are announced
// count where there is none.
func relateAutoscalers(inv *Inventory, announced []*HorizontalPodAutoscaler) {
	type target struct{ namespace, group, kind, name string }
	workloads := map[target]*Workload{}
	for _, w := range inv.Workloads {
		workloads[target{w.Namespace, groupOf(w.APIVersion), w.Kind, w.Name}] = w
	}
	targetOf := func(h *HorizontalPodAutoscaler) *Workload {
		return workloads[target{h.Namespace, groupOfKind(groupOf(h.Target.APIVersion), h.Target.Kind), h.Target.Kind, h.Target.Name}]
	}
	for _, h := range inv.Autoscalers {
		if w := targetOf(h); w != nil {
			h.Workload = w
			w.Autoscalers = append(w.Autoscalers, h)
		}
	}
	for _, h := range announced {
		if w := targetOf(h); w != nil && len(w.Autoscalers) == 0 {
			w.Autoscalers = append(w.Autoscalers, h)
		}
	}
	for _, w := range inv.Workloads {
		SortObjects(w.Autoscalers)
	}
}

func relateNodes(inv *Inventory) {
	nodes := map[string]*Node{}
	for _, n := range inv.Nodes {
		nodes[n.Name] = n
	}
	for _, w := range inv.Workloads {
		for _, p := range w.Pods {
			n := nodes[p.Node]
			if n == nil {
				continue
			}
			p.Template.windowsNode = p.Template.windowsNode || n.Labels[corev1.LabelOSStable] == string(corev1.Windows)
			if !p.Finished() {
				n.Pods = append(n.Pods, p)
			}
		}
	}
	for _, n := range inv.Nodes {
		SortObjects(n.Pods)
	}
}

// relateRoutes finds the routes to each Service, each once.
func relateRoutes(inv *Inventory, services map[[2]string]*Service) {
	for _, r := range inv.Routes {
		for i := range r.Backends {
			b := &r.Backends[i]
			s := services[[2]string{b.Namespace, b.Name}]
			if s == nil || b.Kind != "Service" {
				continue
			}
			b.Service = s
			// Routes are related one after the other, so this one would be the last.
			if last := len(s.Routes) - 1; last < 0 || s.Routes[last] != r {
				s.Routes = append(s.Routes, r)
			}
		}
	}
	for _, s := range inv.Services {
		SortObjects(s.Routes)
	}
}

// namespacesOf are made of what is in them: to list namespaces takes a right
// that one namespace's auditor does not have.
func namespacesOf(inv *Inventory) []*Namespace {
	byName := map[string]*Namespace{}
	of := func(o *Object) *Namespace {
		n := byName[o.Namespace]
		if n == nil {
			n = &Namespace{Object: Object{APIVersion: "v1", Kind: "Namespace", Name: o.Namespace}}
			if read := inv.namespaces[o.Namespace]; read != nil {
				n.Object = *read
			}
			byName[o.Namespace] = n
		}
		return n
	}
	for _, w := range inv.Workloads {
		n := of(&w.Object)
		n.Workloads = append(n.Workloads, w)
	}
	for _, q := range inv.Quotas {
		n := of(&q.Object)
		n.Quotas = append(n.Quotas, q)
	}
	for _, r := range inv.LimitRanges {
		n := of(&r.Object)
		n.LimitRanges = append(n.LimitRanges, r)
	}
	namespaces := slices.Collect(maps.Values(byName))
	for _, n := range namespaces {
		SortObjects(n.Workloads)
		SortObjects(n.Quotas)
		SortObjects(n.LimitRanges)
	}
	return namespaces
}

// Holds reports whether one of an inventory's lists, which are in its order,
// holds an object.
func Holds[T interface {
	comparable
	Identity() *Object
}](sorted []T, o T) bool {
	i, _ := slices.BinarySearchFunc(sorted, o, func(a, b T) int { return compareObjects(a.Identity(), b.Identity()) })
	for ; i < len(sorted) && compareObjects(sorted[i].Identity(), o.Identity()) == 0; i++ {
		if sorted[i] == o {
			return true
		}
	}
	return false
}

// relateJobs finds the Jobs that were made from one template.
func relateJobs(workloads []*Workload) {
	type template struct {
		namespace string
		hash      uint64
	}
	made := map[template][]*Job{}
	for _, w := range workloads {
		for _, j := range w.Jobs {
			t := template{j.Namespace, j.TemplateHash}
			made[t] = append(made[t], j)
		}
	}
	for _, jobs := range made {
		slices.SortFunc(jobs, compareJobs)
		for _, j := range jobs {
			j.Alike = jobs
		}
	}
}
