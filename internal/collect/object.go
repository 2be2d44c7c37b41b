package collect

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// key identifies an object. Manifests have no UIDs; two objects with one UID (a
// restored backup) still differ by kind and name.
type key struct {
	group, kind, namespace, name string
	uid                          types.UID
}

// compare sorts by what differs most.
func (k key) compare(other key) int {
	if n := cmp.Compare(k.uid, other.uid); n != 0 {
		return n
	}
	return cmp.Or(cmp.Compare(k.name, other.name), cmp.Compare(k.namespace, other.namespace),
		cmp.Compare(k.kind, other.kind), cmp.Compare(k.group, other.group))
}

func keyOf(o *inventory.Object) key {
	if o.UID != "" {
		return key{"", o.Kind, o.Namespace, o.Name, o.UID}
	}
	return key{o.Group(), o.Kind, o.Namespace, o.Name, ""}
}

// ownerKey returns the key of an owner, by UID if it has one.
func ownerKey(namespace string, o *inventory.Owner) key {
	return keyOf(&inventory.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: namespace, Name: o.Name, UID: o.UID})
}

func objectOf(apiVersion, kind string, m metav1.Object) inventory.Object {
	o := inventory.Object{
		APIVersion: apiVersion, Kind: kind,
		Namespace: m.GetNamespace(), Name: m.GetName(), UID: m.GetUID(),
		Labels: m.GetLabels(), Created: m.GetCreationTimestamp().Time,
		Ignore: ignoreOf(m.GetAnnotations()),
	}
	if deleted := m.GetDeletionTimestamp(); deleted != nil {
		o.Deletion = &inventory.Deletion{At: deleted.Time, Finalizers: m.GetFinalizers()}
	}
	if ref := metav1.GetControllerOfNoCopy(m); ref != nil {
		o.Owner = &inventory.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}
	}
	return o
}
