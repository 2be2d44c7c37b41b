package inventory

import (
	"cmp"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Object is what all facts about an API object have in common.
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
func (o *Owner) Custom() bool { return o != nil && strings.Contains(groupOf(o.APIVersion), ".") }

// Identity returns the object itself, for whatever embeds it.
func (o *Object) Identity() *Object { return o }

// Deleting reports whether the object is being deleted: it is not judged.
func (o *Object) Deleting() bool { return o.Deletion != nil }

// key identifies an object. Manifests have no UIDs; two objects with one UID
// (a restored backup) still differ by kind and name.
func (o *Object) key() string { return key(o.APIVersion, o.Kind, o.Namespace, o.Name, o.UID) }

func key(apiVersion, kind, namespace, name string, uid types.UID) string {
	if uid != "" {
		return strings.Join([]string{kind, namespace, name, string(uid)}, "\x00")
	}
	return strings.Join([]string{groupOf(apiVersion), kind, namespace, name}, "\x00")
}

func groupOf(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

func objectOf(apiVersion, kind string, m metav1.Object) Object {
	o := Object{
		APIVersion: apiVersion, Kind: kind,
		Namespace: m.GetNamespace(), Name: m.GetName(), UID: m.GetUID(),
		Labels: m.GetLabels(), Created: m.GetCreationTimestamp().Time,
		Ignore: ignoreOf(m.GetAnnotations()),
	}
	if deleted := m.GetDeletionTimestamp(); deleted != nil {
		o.Deletion = &Deletion{deleted.Time, m.GetFinalizers()}
	}
	if ref := metav1.GetControllerOfNoCopy(m); ref != nil {
		o.Owner = &Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}
	}
	return o
}

// compareObjects sorts by namespace, kind and name; the UID keeps objects of
// one name (a file may hold them) in a stable order.
func compareObjects(a, b *Object) int {
	// Lists are sorted and searched by this: most differ early.
	if n := cmp.Compare(a.Namespace, b.Namespace); n != 0 {
		return n
	}
	if n := cmp.Compare(a.Kind, b.Kind); n != 0 {
		return n
	}
	if n := cmp.Compare(a.Name, b.Name); n != 0 {
		return n
	}
	return cmp.Compare(a.UID, b.UID)
}
