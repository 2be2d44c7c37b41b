package inventory

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Object contains the facts that all API objects have in common.
type Object struct {
	APIVersion string
	Kind       string
	Namespace  string
	Name       string
	UID        types.UID
	Labels     map[string]string
	Created    time.Time
	// Deletion is nil unless it was asked for.
	Deletion *Deletion
	// Owner is the controller, nil without one.
	Owner *Owner
	// Ignore is what its annotations ask to leave out, nil nearly always.
	Ignore *Ignore
}

// Deletion is that of an object which is still there.
type Deletion struct {
	// At is when it was asked for, with the grace period added.
	At time.Time
	// Finalizers hold it up.
	Finalizers []string
}

// Owner is a controller's ownerReference.
type Owner struct {
	APIVersion string
	Kind       string
	Name       string
	UID        types.UID
}

// Custom reports whether the owner is a custom resource: its controller, not a
// person, decides on what it owns.
func (o *Owner) Custom() bool { return o != nil && strings.Contains(group(o.APIVersion), ".") }

// Identity returns the object itself, for whatever embeds it.
func (o *Object) Identity() *Object { return o }

// Deleting reports whether the object is being deleted: it is not judged.
func (o *Object) Deleting() bool { return o.Deletion != nil }

// Group is the API group of the object, empty for the core of Kubernetes.
func (o *Object) Group() string { return group(o.APIVersion) }

// Group is the API group of the owner, empty for the core of Kubernetes.
func (o *Owner) Group() string { return group(o.APIVersion) }

func group(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}
