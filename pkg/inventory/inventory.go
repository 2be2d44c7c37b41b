package inventory

import (
	"path"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// Inventory is a cluster, or a part of it, at one time. Anyone who reads a source
// fills it once; from then on nothing in it changes.
type Inventory struct {
	// Name is the cluster's name: the kubeconfig's context or the file.
	Name string
	// Version is the API server's, empty for plain files.
	Version string
	// Time is when it was read, by the API server's own clock, so that a wrong
	// clock on the reader's side makes no age wrong.
	Time  time.Time
	Scope Scope
	// Part is set for files that are no snapshot: what they do not hold may still
	// exist.
	Part bool
	// Reads are in reading order, one per resource that was asked for.
	Reads []Read

	// Workloads, Services, Budgets, Autoscalers and Routes are those in scope that
	// match its selector; all lists are sorted by namespace, kind and name.
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
	// IngressClasses name, by class, the controller that serves its Ingresses;
	// DefaultIngressClass is empty unless the cluster has one.
	IngressClasses      map[string]string
	DefaultIngressClass string

	// Excluded are the namespaces in which something is, and nothing is judged.
	Excluded []string

	// Ignored counts objects of kinds that no audit reads, by kind, in files.
	Ignored map[string]int
	// Removed counts objects in files of versions that Kubernetes does not serve any
	// more, by version and kind, with the release that has removed it.
	Removed map[string]int
	// NotRead are files, and documents in files, that could not be read.
	NotRead []NotRead
	// MayHoldMore is set where some of that may be objects of Kubernetes.
	MayHoldMore bool

	// What follows is what the questions below are answered from.

	// NamespaceObjects are all namespaces that were read, also those with nothing
	// in them.
	NamespaceObjects []*Object
	// Events are Warnings, in the order of what they are about, and of time.
	Events  []*Event
	Configs []*ConfigSource
	// Makers are custom resources in files that make pods.
	Makers []*Maker
	// Operated are custom resources in files that run pods.
	Operated []*Object
	// ImageSizes are by name, in bytes.
	ImageSizes map[string]int64
	// Owners are those that no list held and that were asked for.
	Owners []*ConfirmedOwner
	// Logs and RootFilesystems are samples, sorted by container.
	Logs            []LogSample
	RootFilesystems []RootFilesystemSample

	readiness map[placement]*readinessChanges
}

// New makes an inventory of all that was collected: it sorts each list and keeps
// what is in scope. It takes over what it is given.
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
	inv.selectLabeled()
	return inv
}

// Scope is the part of a cluster that is read and judged.
type Scope struct {
	// Namespace is the only one to read; empty means all of them.
	Namespace string
	// Selector, if any, picks the workloads and Services that are judged, by
	// their own labels or those of their pods. Everything else is still read:
	// relations need it.
	Selector labels.Selector
	// Exclude are patterns, as of path.Match, of namespaces in which nothing is
	// judged where all of them are read. Relations still need what is there.
	Exclude []string
}

// Excludes reports whether nothing is judged in a namespace.
func (s Scope) Excludes(namespace string) bool {
	return s.Namespace == "" && namespace != "" && slices.ContainsFunc(s.Exclude, func(pattern string) bool {
		matched, err := path.Match(pattern, namespace)
		return err == nil && matched
	})
}

// Selects reports whether only a part of what was read is judged.
func (s Scope) Selects() bool { return s.Selector != nil && !s.Selector.Empty() }

// Request lists what an audit needs from a source.
type Request struct {
	Scope     Scope
	Resources []Resource
	// ConfirmOwners asks for a GET of each pod owner that no list held, before
	// anything may call it gone.
	ConfirmOwners bool
	// Logs asks for a byte of the log of each container in one pod of each
	// workload.
	Logs bool
	// KubeletStats asks the kubelets of some nodes what the containers there have
	// written.
	KubeletStats bool
	// Secrets allows to list the Secrets of a cluster, if Resources has them. The
	// right to do so is the right to read them. Those in files are there anyway.
	Secrets bool
}

// Listed are the resources that a live source lists.
func (r Request) Listed() []Resource {
	return slices.DeleteFunc(Ordered(r.Resources), func(resource Resource) bool { return resource == Secrets && !r.Secrets })
}

// NotRead is a file, or a document in one, that could not be read.
type NotRead struct {
	File   string
	Reason string
}

// Outline is the inventory without what is in it: what it is of, how it was
// read, and what namespaces say of themselves.
func (inv *Inventory) Outline() *Inventory {
	return &Inventory{
		Name: inv.Name, Version: inv.Version, Time: inv.Time, Scope: inv.Scope, Part: inv.Part, Reads: inv.Reads,
		Excluded: inv.Excluded, Ignored: inv.Ignored, Removed: inv.Removed, NotRead: inv.NotRead, MayHoldMore: inv.MayHoldMore,
		NamespaceObjects: inv.NamespaceObjects,
	}
}

// PodCount is the number of pods of all workloads in scope.
func (inv *Inventory) PodCount() int {
	n := 0
	for _, w := range inv.Workloads {
		n += len(w.Pods)
	}
	return n
}
