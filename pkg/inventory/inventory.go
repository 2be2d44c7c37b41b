package inventory

import (
	"path"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// Inventory is a cluster, or a part of it, at one time. The reader of a source
// fills it once; after that, nothing in it changes.
type Inventory struct {
	// Name is the name of the kubeconfig's context or of the file.
	Name string
	// Version is the version of the API server, empty for plain files.
	Version string
	// Time is the time of reading by the API server's clock, so that a wrong local
	// clock makes no age wrong.
	Time  time.Time
	Scope Scope
	// Part is set for files that are not a snapshot: objects that they do not
	// contain may still exist.
	Part bool
	// Reads has one entry per requested resource, in reading order.
	Reads []Read
	// Observation is nil unless the cluster was watched after it was read.
	Observation *Observation

	// Workloads, Services, Budgets, Autoscalers and Routes contain the objects in
	// scope that match its selector. All lists are sorted by namespace, kind and
	// name.
	Workloads   []*Workload
	Services    []*Service
	Nodes       []*Node
	Namespaces  []*Namespace
	Budgets     []*PodDisruptionBudget
	Autoscalers []*HorizontalPodAutoscaler
	Quotas      []*ResourceQuota
	LimitRanges []*LimitRange
	Routes      []*Route
	Policies    []*TrafficPolicy
	// IngressClasses maps a class to the controller that serves its Ingresses.
	// DefaultIngressClass is empty if the cluster has none.
	IngressClasses      map[string]string
	DefaultIngressClass string

	// Named are the objects that the scope's names lead to, in their order.
	Named []*Object
	// Missing are the objects of the scope that were not found.
	Missing []ObjectName
	// Excluded are the namespaces that contain objects but are not judged.
	Excluded []string

	// Ignored counts, by kind, objects in files that no check reads.
	Ignored map[string]int
	// Removed counts objects in files whose version Kubernetes no longer serves, by
	// version, kind and the release that removed it.
	Removed map[string]int
	// NotRead are files, and documents in files, that could not be read.
	NotRead []NotRead
	// Replaced are objects in files that are not judged because a later one has their
	// name.
	Replaced []Replaced
	// Positions is nil unless objects come from files.
	Positions *Positions
	// MayHoldMore is set if some of NotRead may contain Kubernetes objects.
	MayHoldMore bool

	// The methods below answer their questions from the following fields.

	// NamespaceObjects contains every namespace that was read, empty ones included.
	NamespaceObjects []*Object
	// Events are Warnings, sorted by the objects that they are about and then by
	// time.
	Events  []*Event
	Configs []*ConfigSource
	// Makers are custom resources in files that make pods.
	Makers []*Maker
	// Operated are custom resources in files that run pods.
	Operated []*Object
	// ImageSizes maps names of images to sizes in bytes.
	ImageSizes map[string]int64
	// Owners are owners that no list contained and that were requested one by one.
	Owners []*ConfirmedOwner
	// Logs and RootFilesystems are samples, sorted by container.
	Logs            []LogSample
	RootFilesystems []RootFilesystemSample

	readiness map[placement]*readinessChanges
}

// New makes an inventory from everything that was collected: it sorts each list
// and keeps the objects in scope. The argument must not be used afterwards.
func New(all Inventory) *Inventory {
	inv := &all
	SortObjects(inv.Workloads)
	for _, w := range inv.Workloads {
		w.Declared.index()
		for _, t := range w.Templates {
			t.index()
		}
		for _, p := range w.Pods {
			p.Template.index()
		}
	}
	inv.readiness = findReadinessChanges(inv.Workloads)
	SortObjects(inv.Services)
	SortObjects(inv.Nodes)
	SortObjects(inv.Namespaces)
	SortObjects(inv.Budgets)
	SortObjects(inv.Autoscalers)
	SortObjects(inv.Quotas)
	SortObjects(inv.LimitRanges)
	SortObjects(inv.Routes)
	SortObjects(inv.Policies)
	SortObjects(inv.NamespaceObjects)
	SortObjects(inv.Configs)
	SortObjects(inv.Owners)
	slices.SortStableFunc(inv.Events, compareEvents)
	inv.exclude()
	inv.leaveToOtherShards()
	inv.selectLabeled()
	inv.selectNamed()
	return inv
}

// Scope is the part of a cluster that is read and judged.
type Scope struct {
	// Namespaces are the only namespaces to read; none means all of them.
	Namespaces []string
	// Objects, if any, are the only ones that are judged, with what they depend on.
	Objects []ObjectName
	// Selector, if set, picks the workloads and Services to judge by their own
	// labels or those of their pods. Everything else is still read, because
	// relations need it.
	Selector labels.Selector
	// Exclude contains patterns for path.Match. An audit of all namespaces judges
	// nothing in namespaces that match. They are still read, because relations need
	// them.
	Exclude []string
	// Shard, if any, is the part of all namespaces in which something is judged.
	// Relations still need what else was read.
	Shard *Shard
	// Portion is set if all namespaces are judged, but these are only some of them. What
	// belongs to no namespace is judged with the last ones, for which it is not set.
	Portion bool
}

// Whole reports whether all namespaces are read.
func (s Scope) Whole() bool { return len(s.Namespaces) == 0 }

// Only returns the namespace that is read, or "" if there are several.
func (s Scope) Only() string {
	if len(s.Namespaces) != 1 {
		return ""
	}
	return s.Namespaces[0]
}

// Places names the namespaces in words.
func (s Scope) Places() string {
	if len(s.Namespaces) == 1 {
		return "namespace " + s.Namespaces[0]
	}
	return "namespaces " + strings.Join(s.Namespaces, ", ")
}

// Covers reports whether a namespace is read.
func (s Scope) Covers(namespace string) bool {
	return s.Whole() || slices.Contains(s.Namespaces, namespace)
}

// Excludes reports whether nothing is judged in a namespace.
func (s Scope) Excludes(namespace string) bool {
	return s.Whole() && namespace != "" && slices.ContainsFunc(s.Exclude, func(pattern string) bool {
		matched, err := path.Match(pattern, namespace)
		return err == nil && matched
	})
}

// Selects reports whether only a part of what was read is judged.
func (s Scope) Selects() bool { return s.selectsLabels() || len(s.Objects) > 0 }

func (s Scope) selectsLabels() bool { return s.Selector != nil && !s.Selector.Empty() }

// Request lists what an audit needs from a source.
type Request struct {
	Scope     Scope
	Resources []Resource
	// ConfirmOwners asks for a GET of each pod owner that no list contained, before
	// any check may call it gone.
	ConfirmOwners bool
	// Logs asks for one byte of the log of each container, in one pod of each
	// workload.
	Logs bool
	// KubeletStats asks the kubelets of some nodes how much their containers have
	// written.
	KubeletStats bool
	// Observe is the time to watch the cluster after it was read.
	Observe time.Duration
	// Secrets allows a live source to list Secrets if Resources contains them.
	// Permission to list them includes permission to read them. Secrets in files
	// are always read.
	Secrets bool
	// Fields are the fields whose lines in files findings may name, as in Position.
	Fields []string
}

// Listed returns the resources that a live source lists.
func (r Request) Listed() []Resource {
	return slices.DeleteFunc(Ordered(r.Resources), func(resource Resource) bool { return resource == Secrets && !r.Secrets })
}

// NotRead is a file, or a document in one, that could not be read.
type NotRead struct {
	File   string
	Reason string
}

// Replaced is an object in a file that a later one replaces, as with kubectl apply.
type Replaced struct {
	Object Object
	At, By Position
}

// PodCount counts the pods of all workloads in scope or, of nodes, those that run on them.
func (inv *Inventory) PodCount() int {
	n := 0
	if inv.Scope.NamesNodes() {
		for _, node := range inv.Nodes {
			n += node.Load.Pods
		}
	}
	for _, w := range inv.Workloads {
		n += len(w.Pods)
	}
	return n
}
