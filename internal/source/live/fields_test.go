package live

import (
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
	wantFields(t, reflect.TypeFor[corev1.Pod](), instanceFields, map[string]any{
		"ObjectMeta": nil, "Status": nil,
		"Spec": map[string]any{
			"NodeName": nil, "Resources": nil,
			"Containers":     map[string]any{"Name": nil, "Resources": nil, "RestartPolicy": nil},
			"InitContainers": map[string]any{"Name": nil, "Resources": nil, "RestartPolicy": nil},
		},
	})
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
