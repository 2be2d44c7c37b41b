package live

import (
	"maps"
	"reflect"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"google.golang.org/protobuf/encoding/protowire"
)

// fieldOf returns the Go field with a number in a message. The generated types
// name it in tags such as protobuf:"bytes,3,opt,name=status".
func fieldOf(message reflect.Type, number protowire.Number) (reflect.StructField, bool) {
	for i := range message.NumField() {
		field := message.Field(i)
		if tag := strings.Split(field.Tag.Get("protobuf"), ","); len(tag) > 1 && tag[1] == strconv.Itoa(int(number)) {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

func wantField[Message any](t *testing.T, number protowire.Number, want string) {
	t.Helper()
	if field, found := fieldOf(reflect.TypeFor[Message](), number); !found || field.Name != want {
		t.Errorf("field %d of %s is %q, want %s", number, reflect.TypeFor[Message](), field.Name, want)
	}
}

// Each number that is written out belongs to the field that is meant.
func TestFieldNumbers(t *testing.T) {
	wantField[runtime.Unknown](t, envelopeRaw, "Raw")
	wantField[corev1.PodList](t, listMetadata, "ListMeta")
	wantField[corev1.PodList](t, listItems, "Items")
	wantField[metav1.PartialObjectMetadataList](t, listItems, "Items")
	wantField[corev1.Pod](t, objectMetadata, "ObjectMeta")
	wantField[metav1.ObjectMeta](t, metaManagedFields, "ManagedFields")
	if field, found := fieldOf(reflect.TypeFor[metav1.ObjectMeta](), noSuchField); found {
		t.Errorf("field %d of ObjectMeta is %s", noSuchField, field.Name)
	}
	wantField[metav1.ObjectMeta](t, metaLabels, "Labels")
	container := map[string]any{"Name": nil, "Resources": nil, "RestartPolicy": nil}
	containerStatus := map[string]any{
		"Name": nil, "State": nil, "LastTerminationState": nil, "Ready": nil, "RestartCount": nil, "Image": nil, "ImageID": nil,
		"Started": nil, "Resources": map[string]any{"Limits": nil},
	}
	meta := map[string]any{
		"Name": nil, "Namespace": nil, "UID": nil, "CreationTimestamp": nil, "DeletionTimestamp": nil, "OwnerReferences": nil, "Finalizers": nil,
	}
	node := map[string]any{"NodeName": nil}
	status := map[string]any{
		"Phase": nil, "Message": nil, "Reason": nil, "StartTime": nil, "PodIPs": nil,
		"Conditions":        map[string]any{"Type": nil, "Status": nil, "LastTransitionTime": nil, "Reason": nil, "Message": nil},
		"ContainerStatuses": containerStatus, "InitContainerStatuses": containerStatus, "EphemeralContainerStatuses": containerStatus,
	}
	pod := reflect.TypeFor[corev1.Pod]()
	wantFields(t, pod, alikeFields, map[string]any{"ObjectMeta": meta, "Spec": node, "Status": status})
	template := map[string]any{"Containers": container, "InitContainers": container, "Resources": nil}
	wantFields(t, pod, templateFields, map[string]any{"Spec": template})
	wantFields(t, pod, labelFields, map[string]any{"ObjectMeta": map[string]any{"Labels": nil}})
	labeled := maps.Clone(meta)
	labeled["Labels"] = nil
	wantFields(t, pod, labeledFields, map[string]any{"ObjectMeta": labeled, "Spec": node, "Status": status})
	template["NodeName"] = nil
	wantFields(t, pod, unlikeFields, map[string]any{"ObjectMeta": labeled, "Spec": template, "Status": status})
	wantFields(t, reflect.TypeFor[metav1.ObjectMeta](), revisionFields, map[string]any{"Namespace": nil, "OwnerReferences": nil})
}

// wantFields compares wanted fields with their names, as far as they lead.
func wantFields(t *testing.T, message reflect.Type, numbers fields, names map[string]any) {
	t.Helper()
	if len(numbers) != len(names) {
		t.Errorf("%d fields of %s are wanted, not %d", len(numbers), message, len(names))
	}
	for number, inner := range numbers {
		field, found := fieldOf(message, number)
		below, named := names[field.Name]
		if !found || !named {
			t.Errorf("field %d of %s is %q", number, message, field.Name)
			continue
		}
		if inner == nil {
			continue
		}
		of := field.Type
		for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		wantFields(t, of, inner, below.(map[string]any))
	}
}
