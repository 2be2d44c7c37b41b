package audit

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// Pass is all that a check may look at.
type Pass struct {
	*inventory.Inventory
	// Now is the time as of which to judge.
	Now time.Time
	// Settings are the options that differ from the standard.
	Settings Settings

	memos map[any]any
}

// Within reports whether t lies in the last d. A zero time does not; a time in
// the future, from a clock that runs ahead, does.
func (p *Pass) Within(t time.Time, d time.Duration) bool {
	return !t.IsZero() && p.Now.Sub(t) <= d
}

// Age is the time since t in kubectl's short form: 4m, 2h, 3d.
func (p *Pass) Age(t time.Time) string {
	if t.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(max(p.Now.Sub(t), 0))
}

// Judge says what a check's subjects are, and judges one of them.
type Judge struct {
	// Subjects is the plural of what is judged, for documentation.
	Subjects string
	// reads are where the subjects come from. Any part of them will do: what is
	// missing can hide a finding, but not make a false one.
	reads []inventory.Resource
	kind  kind
	judge func(p *Pass, item any) Verdict
	// cluster is set for subjects that belong to no namespace and no team: an
	// audit of one namespace or selection has nothing to ask of them.
	cluster bool
}

// concerns reports whether an audit of the scope has such subjects.
func (j *Judge) concerns(s inventory.Scope) bool {
	return !j.cluster || s.Namespace == "" && !s.Selects()
}

// kind is a kind of subjects. They are found once for all checks that judge it.
type kind interface {
	find(*inventory.Inventory) []subject
}

// subject is one thing to judge.
type subject struct {
	object *inventory.Object
	// item is what the object is part of.
	item any
}

// namespace is where the subject is; a namespace is in itself.
func (s *subject) namespace() string {
	if s.object.Kind == "Namespace" {
		return s.object.Name
	}
	return s.object.Namespace
}

type identified interface{ Identity() *inventory.Object }

// subjects are those of a list, except for what is being deleted.
type subjects[T identified] struct {
	list func(*inventory.Inventory) []T
	// evenDeleting makes no such exception.
	evenDeleting bool
}

func (s *subjects[T]) find(inv *inventory.Inventory) []subject {
	var found []subject
	for _, item := range s.list(inv) {
		if object := item.Identity(); s.evenDeleting || !object.Deleting() {
			found = append(found, subject{object, item})
		}
	}
	return found
}

func over[T identified](
	name string, reads []inventory.Resource, subjects *subjects[T], judge func(*Pass, T) Verdict,
) Judge {
	return Judge{Subjects: name, reads: reads, kind: subjects, judge: func(p *Pass, item any) Verdict {
		return judge(p, item.(T))
	}}
}

var (
	workloads             = &subjects[*inventory.Workload]{list: changeable}
	workloadsEvenDeleting = &subjects[*inventory.Workload]{list: changeable, evenDeleting: true}
	jobs                  = &subjects[*inventory.Workload]{list: func(inv *inventory.Inventory) []*inventory.Workload {
		return slices.DeleteFunc(slices.Clone(inv.Workloads), func(w *inventory.Workload) bool {
			return len(w.Jobs) == 0 && w.CronJob == nil
		})
	}}
	services = &subjects[*inventory.Service]{list: func(inv *inventory.Inventory) []*inventory.Service {
		return inv.Services
	}}
	budgets = &subjects[*inventory.PodDisruptionBudget]{list: func(inv *inventory.Inventory) []*inventory.PodDisruptionBudget {
		return inv.Budgets
	}}
	autoscalers = &subjects[*inventory.HorizontalPodAutoscaler]{list: func(inv *inventory.Inventory) []*inventory.HorizontalPodAutoscaler {
		return inv.Autoscalers
	}}
	routes    = &subjects[*inventory.Route]{list: func(inv *inventory.Inventory) []*inventory.Route { return inv.Routes }}
	ingresses = &subjects[*inventory.Route]{list: func(inv *inventory.Inventory) []*inventory.Route {
		return slices.DeleteFunc(slices.Clone(inv.Routes), func(r *inventory.Route) bool { return r.Kind != "Ingress" })
	}}
	namespaces = &subjects[*inventory.Namespace]{list: func(inv *inventory.Inventory) []*inventory.Namespace {
		if inv.Scope.Selects() {
			return nil
		}
		return inv.Namespaces
	}}
	nodes = &subjects[*inventory.Node]{list: func(inv *inventory.Inventory) []*inventory.Node { return inv.Nodes }}
)

// changeable are all workloads but static pods, which nothing in the API can
// change.
func changeable(inv *inventory.Inventory) []*inventory.Workload {
	return slices.DeleteFunc(slices.Clone(inv.Workloads), (*inventory.Workload).Static)
}

// Workloads judges every workload but static pods. Where pods could not be
// read, workloads without any are unknown: they may run something that was not
// seen.
func Workloads(judge func(*Pass, *inventory.Workload) Verdict) Judge {
	return overWorkloads(workloads, judge)
}

// WorkloadsEvenDeleting judges workloads that are being deleted, too.
func WorkloadsEvenDeleting(judge func(*Pass, *inventory.Workload) Verdict) Judge {
	return overWorkloads(workloadsEvenDeleting, judge)
}

func overWorkloads(s *subjects[*inventory.Workload], judge func(*Pass, *inventory.Workload) Verdict) Judge {
	reads := append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)
	return over("workloads", reads, s, func(p *Pass, w *inventory.Workload) Verdict {
		if len(w.Pods) == 0 && !p.ReadIn(w.Namespace, inventory.Pods) {
			return Unknown(p.WhyUnread(w.Namespace, inventory.Pods))
		}
		return judge(p, w)
	})
}

// Jobs judges the workloads that are Jobs or CronJobs.
func Jobs(judge func(*Pass, *inventory.Workload) Verdict) Judge {
	return over("Jobs and CronJobs", []inventory.Resource{inventory.CronJobs, inventory.Jobs}, jobs, judge)
}

// Services judges every Service.
func Services(judge func(*Pass, *inventory.Service) Verdict) Judge {
	return over("Services", []inventory.Resource{inventory.Services}, services, judge)
}

// Budgets judges every PodDisruptionBudget.
func Budgets(judge func(*Pass, *inventory.PodDisruptionBudget) Verdict) Judge {
	return over("PodDisruptionBudgets", []inventory.Resource{inventory.PodDisruptionBudgets}, budgets, judge)
}

// Autoscalers judges every HorizontalPodAutoscaler.
func Autoscalers(judge func(*Pass, *inventory.HorizontalPodAutoscaler) Verdict) Judge {
	return over("HorizontalPodAutoscalers", []inventory.Resource{inventory.HorizontalPodAutoscalers}, autoscalers, judge)
}

// Ingresses judges every Ingress.
func Ingresses(judge func(*Pass, *inventory.Route) Verdict) Judge {
	return over("Ingresses", []inventory.Resource{inventory.Ingresses}, ingresses, judge)
}

// Routes judges every Ingress and HTTPRoute.
func Routes(judge func(*Pass, *inventory.Route) Verdict) Judge {
	return over("Ingresses and HTTPRoutes", []inventory.Resource{inventory.Ingresses, inventory.HTTPRoutes}, routes, judge)
}

// Namespaces judges every namespace in which there are workloads or quotas.
func Namespaces(judge func(*Pass, *inventory.Namespace) Verdict) Judge {
	reads := append([]inventory.Resource{inventory.Pods, inventory.ResourceQuotas}, inventory.Controllers...)
	return over("namespaces", reads, namespaces, judge)
}

// Nodes judges every node, in audits of the whole cluster.
func Nodes(judge func(*Pass, *inventory.Node) Verdict) Judge {
	j := over("nodes", []inventory.Resource{inventory.Nodes}, nodes, judge)
	j.cluster = true
	return j
}

// Verdict is what a check says of one subject.
type Verdict struct {
	outcome report.Outcome
	reason  string
	faults  []Fault
}

// NotApplicable: the check has nothing to ask of this subject.
func NotApplicable() Verdict { return Verdict{outcome: report.NotApplicable} }

// Unknown: the subject cannot be judged, for a reason that a person can act on.
func Unknown(reason string) Verdict { return Verdict{outcome: report.Unknown, reason: reason} }

// Faults: the subject fails for these, or passes if there are none.
func Faults(faults ...Fault) Verdict {
	if len(faults) == 0 {
		return Verdict{outcome: report.Pass}
	}
	return Verdict{outcome: report.Fail, faults: faults}
}

// Fault is something wrong with a subject or one of its containers. The engine
// makes one finding of all the faults that a check sees in a subject.
type Fault struct {
	// Container is empty when the whole subject is concerned.
	Container string
	// Pods are those that it was seen in, the worst first. The evidence names
	// the first few and their nodes.
	Pods []*inventory.Pod
	// Seen are the times at which it was last seen in each of them, nil where it
	// goes on.
	Seen []time.Time
	// Without is the fault in those of the pods for which no other check speaks,
	// nil where it cannot be told of a part of them.
	Without func(spoken func(*inventory.Pod) bool) *Fault
	// Variant tells faults of one check apart where folding does.
	Variant string
	// Severity, if empty, is the check's.
	Severity report.Severity
	Message  string
	Evidence report.Evidence
	// Since is when it began, zero where that is not known.
	Since time.Time
	Fix   Fix
}
