package audit

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Subject is something that an audit judges.
type Subject interface {
	Identity() *inventory.Object
	// Matches reports whether a selector picks the subject.
	Matches(labels.Selector) bool
}

// Kind is a kind of subjects. The subjects are found once for all checks that
// judge the kind.
type Kind[S Subject] struct {
	description
	list func(*inventory.Inventory) []S
	// evenDeleting kinds also contain subjects that are being deleted.
	evenDeleting bool
	// unread says why no check can judge a subject, empty if checks can.
	unread func(*Pass, S) string
}

// description describes a kind without its Go type.
type description struct {
	plural string
	reads  []inventory.Resource
	// cluster is set if the subjects belong to no namespace and no team: an audit
	// of one namespace, selection or shard does not judge them.
	cluster bool
}

func (d description) describe() description { return d }

type kind interface {
	describe() description
	find(*inventory.Inventory) []subject
}

// concerns reports whether an audit of the scope has subjects of the kind.
func (d description) concerns(s inventory.Scope) bool {
	if s.NamesNodes() {
		return d.cluster
	}
	return !d.cluster || s.Whole() && !s.Selects() && s.Shard == nil && !s.Portion
}

// subject is one object to judge.
type subject struct {
	object *inventory.Object
	// item contains the object.
	item Subject
}

// namespace returns the namespace of the subject. A Namespace is in itself.
func (s *subject) namespace() string {
	if s.object.Kind == "Namespace" {
		return s.object.Name
	}
	return s.object.Namespace
}

func (k *Kind[S]) find(inv *inventory.Inventory) []subject {
	var found []subject
	for _, item := range k.list(inv) {
		if object := item.Identity(); k.evenDeleting || !object.Deleting() {
			found = append(found, subject{object, item})
		}
	}
	return found
}

// The kinds of subjects that a check can judge.
var (
	// Workloads are all workloads but static pods. If pods could not be read,
	// workloads without any are unknown, because they may run something that was
	// not read.
	Workloads = &Kind[*inventory.Workload]{
		description: description{plural: "workloads", reads: workloadResources}, list: changeable, unread: unseen,
	}
	// WorkloadsEvenDeleting also includes workloads that are being deleted.
	WorkloadsEvenDeleting = &Kind[*inventory.Workload]{
		description: description{plural: "workloads", reads: workloadResources}, list: changeable, unread: unseen, evenDeleting: true,
	}
	// Jobs are the workloads that are Jobs or CronJobs.
	Jobs = &Kind[*inventory.Workload]{
		description: description{plural: "Jobs and CronJobs", reads: jobResources},
		list:        func(inv *inventory.Inventory) []*inventory.Workload { return workloadsThat(inv, isJob) },
	}
	// CronJobs are the workloads that are CronJobs. A CronJob that was not read is
	// known by its Jobs.
	CronJobs = &Kind[*inventory.Workload]{
		description: description{plural: "CronJobs", reads: jobResources},
		list: func(inv *inventory.Inventory) []*inventory.Workload {
			return workloadsThat(inv, func(w *inventory.Workload) bool { return isJob(w) && w.Kind == "CronJob" })
		},
	}
	// Services are all Services.
	Services = &Kind[*inventory.Service]{
		description: description{plural: "Services", reads: []inventory.Resource{inventory.Services}},
		list:        func(inv *inventory.Inventory) []*inventory.Service { return inv.Services },
	}
	// Budgets are the PodDisruptionBudgets.
	Budgets = &Kind[*inventory.PodDisruptionBudget]{
		description: description{plural: "PodDisruptionBudgets", reads: []inventory.Resource{inventory.PodDisruptionBudgets}},
		list:        func(inv *inventory.Inventory) []*inventory.PodDisruptionBudget { return inv.Budgets },
	}
	// Autoscalers are the HorizontalPodAutoscalers.
	Autoscalers = &Kind[*inventory.HorizontalPodAutoscaler]{
		description: description{plural: "HorizontalPodAutoscalers", reads: []inventory.Resource{inventory.HorizontalPodAutoscalers}},
		list:        func(inv *inventory.Inventory) []*inventory.HorizontalPodAutoscaler { return inv.Autoscalers },
	}
	// Ingresses are all Ingresses.
	Ingresses = &Kind[*inventory.Route]{
		description: description{plural: "Ingresses", reads: []inventory.Resource{inventory.Ingresses}},
		list: func(inv *inventory.Inventory) []*inventory.Route {
			return slices.DeleteFunc(slices.Clone(inv.Routes), func(r *inventory.Route) bool { return r.Kind != "Ingress" })
		},
	}
	// Routes are the Ingresses and HTTPRoutes.
	Routes = &Kind[*inventory.Route]{
		description: description{plural: "Ingresses and HTTPRoutes", reads: []inventory.Resource{inventory.Ingresses, inventory.HTTPRoutes}},
		list:        func(inv *inventory.Inventory) []*inventory.Route { return inv.Routes },
	}
	// Namespaces are the namespaces that contain workloads or quotas.
	Namespaces = &Kind[*inventory.Namespace]{
		description: description{
			plural: "namespaces", reads: append([]inventory.Resource{inventory.Pods, inventory.ResourceQuotas}, inventory.Controllers...),
		},
		list: func(inv *inventory.Inventory) []*inventory.Namespace {
			if inv.Scope.Selects() {
				return nil
			}
			return inv.Namespaces
		},
	}
	// Nodes are all nodes, in audits of the whole cluster.
	Nodes = &Kind[*inventory.Node]{
		description: description{plural: "nodes", reads: []inventory.Resource{inventory.Nodes}, cluster: true},
		list:        func(inv *inventory.Inventory) []*inventory.Node { return inv.Nodes },
	}
)

var (
	workloadResources = append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)
	jobResources      = []inventory.Resource{inventory.CronJobs, inventory.Jobs}
)

// changeable returns all workloads but static pods, which nothing in the API can
// change.
func changeable(inv *inventory.Inventory) []*inventory.Workload {
	return slices.DeleteFunc(slices.Clone(inv.Workloads), (*inventory.Workload).Static)
}

func workloadsThat(inv *inventory.Inventory, fit func(*inventory.Workload) bool) []*inventory.Workload {
	return slices.DeleteFunc(slices.Clone(inv.Workloads), func(w *inventory.Workload) bool { return !fit(w) })
}

func isJob(w *inventory.Workload) bool { return len(w.Jobs) > 0 || w.CronJob != nil }

func unseen(p *Pass, w *inventory.Workload) string {
	if len(w.Pods) > 0 || p.ReadIn(w.Namespace, inventory.Pods) {
		return ""
	}
	return p.WhyUnread(w.Namespace, inventory.Pods)
}
