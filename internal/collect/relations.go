package collect

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// relate finds what each Service and PodDisruptionBudget selects, and the
// EndpointSlices of each Service.
func (c *Collector) relate(inv *inventory.Inventory) {
	services := map[[2]string]*inventory.Service{}
	for _, s := range inv.Services {
		services[[2]string{s.Namespace, s.Name}] = s
	}
	for _, slice := range c.slices {
		if s := services[[2]string{slice.Namespace, slice.Service}]; s != nil {
			s.Slices = append(s.Slices, slice)
		}
	}

	index := newLabelIndex(inv)
	for _, maker := range inv.Makers {
		index.add(maker.Namespace, selectable{labels: maker.Labels, maker: &maker.Object})
	}
	for _, s := range inv.Services {
		inventory.SortObjects(s.Slices)
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
		inventory.SortObjects(s.Pods)
		inventory.SortObjects(s.Workloads)
		shareNames(s)
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
		inventory.SortObjects(b.Pods)
		inventory.SortObjects(b.Workloads)
	}
	for _, w := range inv.Workloads {
		inventory.SortObjects(w.Services)
		inventory.SortObjects(w.Budgets)
	}
	relateJobs(inv.Workloads)
	c.relateAutoscalers(inv)
	relateNodes(inv)
	relateRoutes(inv, services)
	relatePolicies(inv, services)
	c.relateMonitors(inv)
	inv.Namespaces = namespacesOf(inv, c.namespaces)
}

// relateAutoscalers finds the target of each autoscaler. Those that are announced
// count where there is none.
func (c *Collector) relateAutoscalers(inv *inventory.Inventory) {
	type target struct{ namespace, group, kind, name string }
	workloads := map[target]*inventory.Workload{}
	for _, w := range inv.Workloads {
		workloads[target{w.Namespace, w.Group(), w.Kind, w.Name}] = w
	}
	targetOf := func(h *inventory.HorizontalPodAutoscaler) *inventory.Workload {
		return workloads[target{h.Namespace, targetGroup(h), h.Target.Kind, h.Target.Name}]
	}
	for _, h := range inv.Autoscalers {
		if w := targetOf(h); w != nil {
			h.Workload = w
			w.Autoscalers = append(w.Autoscalers, h)
		}
	}
	for _, h := range c.scalers {
		if w := targetOf(h); w != nil && len(w.Autoscalers) == 0 {
			w.Autoscalers = append(w.Autoscalers, h)
		}
	}
	for _, h := range slices.Concat(c.scaling, c.scalers) {
		if w := targetOf(h); w != nil {
			scale(w, h)
		}
	}
	for _, w := range inv.Workloads {
		inventory.SortObjects(w.Autoscalers)
	}
}

// scale gives a workload that was never applied the replicas to which an autoscaler
// will bring it at once. It leaves alone what asks for none.
func scale(w *inventory.Workload, h *inventory.HorizontalPodAutoscaler) {
	if w.Rollout != nil && w.Rollout.Unwritten && w.Replicas != nil && *w.Replicas > 0 {
		n := min(max(*w.Replicas, h.Min), max(h.Max, 1))
		w.Replicas = &n
	}
}

func targetGroup(h *inventory.HorizontalPodAutoscaler) string {
	// What is no version has no group.
	version, _ := schema.ParseGroupVersion(h.Target.APIVersion)
	return kinds.ControllerGroup(version.Group, h.Target.Kind)
}

// shareNames makes endpoints hold the names of pods, not copies of them.
func shareNames(s *inventory.Service) {
	for _, slice := range s.Slices {
		for i := range slice.Endpoints {
			if pod := s.PodNamed(slice.Endpoints[i].PodName); pod != nil {
				slice.Endpoints[i].PodName = pod.Name
			}
		}
	}
}

func relateNodes(inv *inventory.Inventory) {
	nodes := map[string]*inventory.Node{}
	for _, n := range inv.Nodes {
		nodes[n.Name] = n
	}
	for _, w := range inv.Workloads {
		for _, p := range w.Pods {
			n := nodes[p.Node]
			if n == nil {
				continue
			}
			p.Template.WindowsNode = p.Template.WindowsNode || n.Labels[corev1.LabelOSStable] == string(corev1.Windows)
			if !p.Finished() {
				n.Pods = append(n.Pods, p)
			}
		}
	}
	for _, n := range inv.Nodes {
		inventory.SortObjects(n.Pods)
	}
}

// relateRoutes finds the routes to each Service, each once.
func relateRoutes(inv *inventory.Inventory, services map[[2]string]*inventory.Service) {
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
		inventory.SortObjects(s.Routes)
	}
}

// namespacesOf are made of what is in them: to list namespaces takes a right
// that one namespace's auditor does not have.
func namespacesOf(inv *inventory.Inventory, known map[string]*inventory.Object) []*inventory.Namespace {
	byName := map[string]*inventory.Namespace{}
	of := func(o *inventory.Object) *inventory.Namespace {
		n := byName[o.Namespace]
		if n == nil {
			n = &inventory.Namespace{Object: inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: o.Namespace}}
			if read := known[o.Namespace]; read != nil {
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
		inventory.SortObjects(n.Workloads)
		inventory.SortObjects(n.Quotas)
		inventory.SortObjects(n.LimitRanges)
	}
	return namespaces
}

// relateJobs finds the Jobs that were made from one template.
func relateJobs(workloads []*inventory.Workload) {
	type template struct {
		namespace string
		hash      uint64
	}
	made := map[template][]*inventory.Job{}
	for _, w := range workloads {
		for _, j := range w.Jobs {
			t := template{j.Namespace, j.TemplateHash}
			made[t] = append(made[t], j)
		}
	}
	for _, jobs := range made {
		sortJobs(jobs)
		for _, j := range jobs {
			j.Alike = jobs
		}
	}
}

// sortJobs sorts by creation.
func sortJobs(jobs []*inventory.Job) {
	inventory.SortObjects(jobs)
	slices.SortStableFunc(jobs, func(a, b *inventory.Job) int { return a.Created.Compare(b.Created) })
}
