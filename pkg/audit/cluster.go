package audit

import (
	"iter"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Cluster answers the questions that a check may ask about the surroundings of
// its subject. *inventory.Inventory implements it. The lists of the inventory
// are not a part of it, so that no check can change them.
type Cluster interface {
	ServerVersion() string
	ReadAt() time.Time
	IsPart() bool
	WholeCluster() bool
	Covers(namespace string) bool

	// What was read, and why not. Absence is a claim of its own.
	Asked(inventory.Resource) bool
	Read(inventory.Resource) inventory.Read
	ReadIn(namespace string, resources ...inventory.Resource) bool
	CompleteIn(namespace string, resources ...inventory.Resource) bool
	WhyUnread(namespace string, resources ...inventory.Resource) string
	WhyIncomplete(namespace string, resources ...inventory.Resource) string

	// What was seen to happen after that, if anything was observed.
	Observed(inventory.Resource) time.Duration
	SawAllSince(time.Time, inventory.Resource) bool

	// These are for the namespace of the subject: namespaces that were judged are given up.
	Namespace(name string) *inventory.Namespace
	Quota(namespace, name string) *inventory.ResourceQuota
	Config(kind, namespace, name string) *inventory.ConfigSource
	Operator(namespace, name string) *inventory.Object
	NearMiss(namespace string, selector labels.Selector) *inventory.NearMiss
	IngressClass(class string) (name, controller string)

	EachNode() iter.Seq[*inventory.Node]
	Node(name string) *inventory.Node
	ImageSize(name string) int64

	EventsOf(*inventory.Object) []*inventory.Event
	EventsAround(*inventory.Workload) []*inventory.Event
	EventsOfFormerPods(*inventory.Workload) []*inventory.Event
	ChangedWithNode(*inventory.Pod, time.Duration) bool
	Log(pod *inventory.Pod, container string) *inventory.LogSample
	RootFilesystem(pod *inventory.Pod, container string) *inventory.RootFilesystemSample
}
