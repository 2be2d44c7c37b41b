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
	// Deletion is nil unless somebody deleted the object.
	Deletion *Deletion
	// Owner is the controller, nil if there is none.
	Owner *Owner
	// Ignore contains its prodcheck annotations, nearly always nil.
	Ignore *Ignore
}

// Deletion describes the deletion of an object that still exists.
type Deletion struct {
	// At is the time of the request, with the grace period added.
	At time.Time
	// Finalizers delay the deletion.
	Finalizers []string
}

// Owner is the ownerReference of a controller.
type Owner struct {
	APIVersion string
	Kind       string
	Name       string
	UID        types.UID
}

// Custom reports whether the owner is a custom resource. Its controller, not a
// person, changes the objects that it owns.
func (o *Owner) Custom() bool { return o != nil && strings.Contains(group(o.APIVersion), ".") }

// Identity returns the object itself. Types that embed it inherit the method.
func (o *Object) Identity() *Object { return o }

// Deleting reports whether the object is being deleted. Such an object is not
// judged.
func (o *Object) Deleting() bool { return o.Deletion != nil }

// Group is the API group of the object, empty for the core group.
func (o *Object) Group() string { return group(o.APIVersion) }

// Group is the API group of the owner, empty for the core group.
func (o *Owner) Group() string { return group(o.APIVersion) }

func group(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}
