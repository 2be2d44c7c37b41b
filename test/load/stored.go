package load

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// stored gives an object what an API server adds to it.
func stored[T metav1.Object](o T) T {
	o.SetUID(uidOf(o))
	o.SetCreationTimestamp(started)
	o.SetResourceVersion("1234567")
	o.SetGeneration(1)
	o.SetManagedFields([]metav1.ManagedFieldsEntry{{
		Manager: "kube-controller-manager", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1",
		Time: &started, FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(fieldsOf(o)),
	}})
	return o
}

func uidOf(o metav1.Object) types.UID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%T %s/%s", o, o.GetNamespace(), o.GetName()))
	return types.UID(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
}

// fields contains the fields of each type: all objects of a type have equally many.
var fields sync.Map

// fieldsOf names the fields of objects of a type as managedFields do.
func fieldsOf(o any) string {
	if known, found := fields.Load(reflect.TypeOf(o)); found {
		return known.(string)
	}
	var content any
	text, err := json.Marshal(o)
	if err == nil {
		err = json.Unmarshal(text, &content)
	}
	if err == nil {
		text, err = json.Marshal(named(content))
	}
	if err != nil {
		panic(err)
	}
	fields.Store(reflect.TypeOf(o), string(text))
	return string(text)
}

func named(value any) map[string]any {
	fields := map[string]any{}
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			fields["f:"+name] = named(inner)
		}
	case []any:
		for i, inner := range v {
			key := fmt.Sprintf("v:%d", i)
			if item, ok := inner.(map[string]any); ok && item["name"] != nil {
				key = fmt.Sprintf(`k:{"name":%q}`, item["name"])
			}
			fields[key] = named(inner)
		}
	}
	return fields
}

// metadata returns the metadata of an object alone.
func metadata(o metav1.Object) *metav1.PartialObjectMetadata {
	stored(o)
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: o.GetName(), Namespace: o.GetNamespace(), UID: o.GetUID(), Labels: o.GetLabels(), Annotations: o.GetAnnotations(),
		CreationTimestamp: o.GetCreationTimestamp(), Generation: o.GetGeneration(), ResourceVersion: o.GetResourceVersion(),
		OwnerReferences: o.GetOwnerReferences(), ManagedFields: o.GetManagedFields(),
	}}
}

func (a Application) storedDeployment() *appsv1.Deployment {
	d := a.Deployment()
	d.Status = a.DeploymentStatus()
	return stored(d)
}

func (a Application) storedReplicaSet(revision int) *appsv1.ReplicaSet {
	owner := a.Deployment()
	owner.UID = uidOf(owner)
	rs := a.ReplicaSet(owner, revision)
	rs.Status = a.ReplicaSetStatus(revision)
	return stored(rs)
}

func (a Application) storedPod(i int) *corev1.Pod {
	owner := &appsv1.ReplicaSet{ObjectMeta: a.meta(a.name + "-" + a.hash(a.RevisionOf(i)))}
	owner.UID = uidOf(owner)
	pod := a.Pod(owner, i)
	pod.Status = a.PodStatus(i)
	return stored(pod)
}

// Example is an object of each kind, by which clusters with other content can be told.
func (c Cluster) Example() []any {
	a := c.Application(0)
	return []any{c, NodeStatus(0), a.storedDeployment(), a.storedReplicaSet(0), a.storedPod(0), a.Service(), a.ConfigMap(), a.Job()}
}

// PodSize is the size of a pod in protobuf.
func (c Cluster) PodSize() (int, error) {
	encoded, err := c.Application(0).storedPod(0).Marshal()
	return len(encoded), err
}
