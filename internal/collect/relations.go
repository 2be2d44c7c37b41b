package collect

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// relate finds the relations between objects. All lists are sorted, so the
// results are sorted as well.
func (b *builder) relate() {
	b.relateSlices()
	b.relateSelectors()
	relateJobs(b.inv.Workloads)
	b.relateAutoscalers()
	b.loadNodes()
	b.relateRoutes()
	b.relatePolicies()
	b.relateMonitors()
	b.makeNamespaces()
}

// service finds a Service by its name, nil if there is none.
func (b *builder) service(namespace, name string) *inventory.Service {
	return inventory.Find(b.inv.Services, namespace, "Service", name)
}

func (b *builder) relateSlices() {
	for _, slice := range latest(b.facts.slices) {
		if s := b.service(slice.Namespace, slice.Service); s != nil {
			s.Slices = append(s.Slices, slice)
		}
	}
}

// relateSelectors finds the pods that each Service and PodDisruptionBudget
// selects.
func (b *builder) relateSelectors() {
	index := newLabelIndex(b.inv)
	for _, s := range b.inv.Services {
		if len(s.Selector) == 0 || s.External {
			continue
		}
		s.Pods, s.Workloads, s.Makers = index.selected(s.Namespace, labels.SelectorFromSet(s.Selector))
		shareNames(s)
		if s.MetricsOnly {
			continue
		}
		for _, w := range s.Workloads {
			w.Services = append(w.Services, s)
		}
	}
	for _, budget := range b.inv.Budgets {
		budget.Pods, budget.Workloads, budget.Makers = index.selected(budget.Namespace, budget.Selector)
		for _, w := range budget.Workloads {
			w.Budgets = append(w.Budgets, budget)
		}
	}
}

// relateAutoscalers finds the target of each autoscaler. Announced autoscalers
// count if there is no other for the same target.
func (b *builder) relateAutoscalers() {
	type target struct{ namespace, group, kind, name string }
	workloads := map[target]*inventory.Workload{}
	for _, w := range b.inv.Workloads {
		workloads[target{w.Namespace, w.Group(), w.Kind, w.Name}] = w
	}
	targetOf := func(h *inventory.HorizontalPodAutoscaler) *inventory.Workload {
		return workloads[target{h.Namespace, targetGroup(h), h.Target.Kind, h.Target.Name}]
	}
	for _, h := range b.inv.Autoscalers {
		if w := targetOf(h); w != nil {
			h.Workload = w
			w.Autoscalers = append(w.Autoscalers, h)
		}
	}
	for _, h := range b.facts.scalers {
		if w := targetOf(h); w != nil && len(w.Autoscalers) == 0 {
			w.Autoscalers = append(w.Autoscalers, h)
		}
	}
	for _, h := range slices.Concat(b.facts.scaling, b.facts.scalers) {
		if w := targetOf(h); w != nil {
			scale(w, h)
		}
	}
}

// scale gives a workload that was never applied the replicas that its autoscaler
// will set at once. A workload scaled to zero stays as it is.
func scale(w *inventory.Workload, h *inventory.HorizontalPodAutoscaler) {
	if w.Rollout != nil && w.Rollout.Unwritten && w.Replicas != nil && *w.Replicas > 0 {
		n := min(max(*w.Replicas, h.Min), max(h.Max, 1))
		w.Replicas = &n
	}
}

func targetGroup(h *inventory.HorizontalPodAutoscaler) string {
	// A text that is not a version has no group.
	version, _ := schema.ParseGroupVersion(h.Target.APIVersion)
	return kinds.ControllerGroup(version.Group, h.Target.Kind)
}

// shareNames makes endpoints refer to the names of pods instead of copies.
func shareNames(s *inventory.Service) {
	for _, slice := range s.Slices {
		for i := range slice.Endpoints {
			if pod := s.PodNamed(slice.Endpoints[i].PodName); pod != nil {
				slice.Endpoints[i].PodName = pod.Name
			}
		}
	}
}

// relateRoutes finds the routes to each Service, each once.
func (b *builder) relateRoutes() {
	for _, r := range b.inv.Routes {
		r.Backends = slices.Clone(r.Backends)
		for i := range r.Backends {
			backend := &r.Backends[i]
			s := b.service(backend.Namespace, backend.Name)
			if s == nil || backend.Kind != "Service" {
				continue
			}
			backend.Service = s
			// Routes are related one after the other, so a duplicate can only be the
			// last.
			if last := len(s.Routes) - 1; last < 0 || s.Routes[last] != r {
				s.Routes = append(s.Routes, r)
			}
		}
	}
}

// makeNamespaces makes namespaces from the objects in them, because an auditor
// of one namespace has no permission to list namespaces.
func (b *builder) makeNamespaces() {
	byName := map[string]*inventory.Namespace{}
	of := func(o *inventory.Object) *inventory.Namespace {
		n := byName[o.Namespace]
		if n == nil {
			n = &inventory.Namespace{Object: inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: o.Namespace}}
			if read := inventory.Find(b.inv.NamespaceObjects, "", "Namespace", o.Namespace); read != nil {
				n.Object = *read
			}
			byName[o.Namespace] = n
			b.inv.Namespaces = append(b.inv.Namespaces, n)
		}
		return n
	}
	for _, w := range b.inv.Workloads {
		n := of(&w.Object)
		n.Workloads = append(n.Workloads, w)
	}
	for _, q := range b.inv.Quotas {
		n := of(&q.Object)
		n.Quotas = append(n.Quotas, q)
	}
	for _, r := range b.inv.LimitRanges {
		n := of(&r.Object)
		n.LimitRanges = append(n.LimitRanges, r)
	}
}

// relateJobs finds the Jobs that were made from the same template.
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
