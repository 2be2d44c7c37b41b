package collect

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// keyOf identifies an object. Manifests have no UIDs; two objects with one UID
// (a restored backup) still differ by kind and name.
func keyOf(o *inventory.Object) string {
	return key(o.Group(), o.Kind, o.Namespace, o.Name, o.UID)
}

func key(group, kind, namespace, name string, uid types.UID) string {
	if uid != "" {
		return strings.Join([]string{kind, namespace, name, string(uid)}, "\x00")
	}
	return strings.Join([]string{group, kind, namespace, name}, "\x00")
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
