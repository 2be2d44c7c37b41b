package inventory

import (
	"path"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// Inventory is a cluster, or a part of it, at one time.
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
	// mayHold is set where some of that may be objects of Kubernetes.
	mayHold bool

	// namespaces are those that were read, by name.
	namespaces map[string]*Object
	events     map[involvedKey][]involvedEvent
	former     map[involvedKey][]involvedEvent
	configs    map[configKey]*ConfigSource
	makers     []*maker
	operated   []*Object
	// imageSizes are by name, in bytes.
	imageSizes      map[string]int64
	confirmed       map[string]confirmedOwner
	logs            map[SampledContainer]LogSample
	rootFilesystems map[SampledContainer]RootFilesystemSample
	readiness       map[placement]*readinessChanges
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

// Request is what an audit asks of a source.
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

// Outline is the inventory without what is in it: what it is of, how it was
// read, and what namespaces say of themselves.
func (inv *Inventory) Outline() *Inventory {
	return &Inventory{
		Name: inv.Name, Version: inv.Version, Time: inv.Time, Scope: inv.Scope, Part: inv.Part, Reads: inv.Reads,
		Excluded: inv.Excluded, Ignored: inv.Ignored, Removed: inv.Removed, NotRead: inv.NotRead, mayHold: inv.mayHold, namespaces: inv.namespaces,
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
