package lists

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	sigsyaml "sigs.k8s.io/yaml"
)

// Object is an object of a cluster.
type Object interface {
	runtime.Object
	metav1.Object
}

// created is the creation time of objects that have none.
var created = metav1.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)

// Parse reads objects from YAML documents. Like an API server it gives them UIDs, by
// which they name their owners.
func Parse(text []byte) ([]Object, error) {
	var all []Object
	for reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		o, err := parse(document)
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, document)
		}
		if o != nil {
			complete(o)
			all = append(all, o)
		}
	}
}

// parse reads a document, which may be empty.
func parse(document []byte) (Object, error) {
	text, err := sigsyaml.YAMLToJSON(document)
	if err != nil || string(text) == "null" {
		return nil, err
	}
	decoded, _, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
	if runtime.IsNotRegisteredError(err) {
		custom := &unstructured.Unstructured{}
		return custom, custom.UnmarshalJSON(text)
	}
	if err != nil {
		return nil, err
	}
	return decoded.(Object), nil
}

// complete adds what an API server adds.
func complete(o Object) {
	o.SetUID(uid(o.GetObjectKind().GroupVersionKind().Kind, o.GetNamespace(), o.GetName()))
	o.SetResourceVersion("7")
	if at := o.GetCreationTimestamp(); at.IsZero() {
		o.SetCreationTimestamp(created)
	}
	var owners []metav1.OwnerReference
	for _, owner := range o.GetOwnerReferences() {
		owner.UID = uid(owner.Kind, o.GetNamespace(), owner.Name)
		owners = append(owners, owner)
	}
	o.SetOwnerReferences(owners)
}

func uid(kind, namespace, name string) types.UID {
	return types.UID(strings.Join([]string{"uid", kind, namespace, name}, "-"))
}
