//go:build integration

package integration

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// fixtureServer is an API server that contains fixtures, each in namespaces of
// its own. No controller changes them.
type fixtureServer struct {
	cluster *kube.Cluster
	client  dynamic.Interface
	mapper  meta.RESTMapper
}

func newFixtureServer(t *testing.T, cluster *kube.Cluster) *fixtureServer {
	t.Helper()
	client, err := dynamic.NewForConfig(cluster.Config())
	if err != nil {
		t.Fatal(err)
	}
	groups, err := restmapper.GetAPIGroupResources(cluster.Client().Discovery())
	if err != nil {
		t.Fatal(err)
	}
	return &fixtureServer{cluster, client, restmapper.NewDiscoveryRESTMapper(groups)}
}

// example is a fixture with namespaces of its own.
type example []*unstructured.Unstructured

// has reports whether the example holds an object of the kind.
func (e example) has(kind string) bool {
	return slices.ContainsFunc(e, func(o *unstructured.Unstructured) bool { return o.GetKind() == kind })
}

func (e example) text(t *testing.T) string {
	t.Helper()
	var documents []string
	for _, o := range e {
		document, err := json.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(document))
	}
	return strings.Join(documents, "\n---\n")
}

// create reads an example and writes its objects to the server.
func (s *fixtureServer) create(t *testing.T, name, text string) example {
	t.Helper()
	var e example
	for _, document := range strings.Split(text, "\n---\n") {
		o := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &o.Object); err != nil {
			t.Fatal(err)
		}
		if len(o.Object) > 0 {
			renameNamespaces(o.Object, "-"+name)
			if o.GetKind() == "Namespace" {
				o.SetName(o.GetName() + "-" + name)
			}
			e = append(e, o)
		}
	}
	created := map[string]*unstructured.Unstructured{}
	for _, o := range e {
		s.createNamespace(t, o.GetNamespace())
	}
	for _, o := range e {
		s.createObject(t, e, o, created)
	}
	return e
}

func renameNamespaces(value any, suffix string) {
	switch value := value.(type) {
	case map[string]any:
		for field, item := range value {
			if name, ok := item.(string); ok && field == "namespace" {
				value[field] = name + suffix
			}
			renameNamespaces(item, suffix)
		}
	case []any:
		for _, item := range value {
			renameNamespaces(item, suffix)
		}
	}
}

// createNamespace makes a namespace in which pods are admitted.
func (s *fixtureServer) createNamespace(t *testing.T, name string) {
	t.Helper()
	if name == "" {
		return
	}
	core := s.cluster.Client().CoreV1()
	_, err := core.Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	if _, err := core.ServiceAccounts(name).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// owner returns the object that a reference means, or an object with only its
// name.
func (e example) owner(of *unstructured.Unstructured, ref metav1.OwnerReference) *unstructured.Unstructured {
	named := &unstructured.Unstructured{}
	named.SetAPIVersion(ref.APIVersion)
	named.SetKind(ref.Kind)
	named.SetNamespace(of.GetNamespace())
	named.SetName(ref.Name)
	for _, o := range e {
		if keyOf(o) == keyOf(named) {
			return o
		}
	}
	return named
}

// createObject makes an object, after its owners, with as much of its status as
// the server accepts. Events are not objects of commands, and custom kinds are
// not served.
func (s *fixtureServer) createObject(t *testing.T, e example, original *unstructured.Unstructured, created map[string]*unstructured.Unstructured) {
	t.Helper()
	mapping, err := s.mapper.RESTMapping(original.GroupVersionKind().GroupKind(), original.GroupVersionKind().Version)
	_, specified := original.Object["spec"]
	onlyNamed := !specified && original.GetKind() != "ReplicaSet" && !slices.Contains(e, original)
	if created[keyOf(original)] != nil || meta.IsNoMatchError(err) || original.GetKind() == "Event" || onlyNamed {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	o := original.DeepCopy()
	created[keyOf(original)] = o
	owners := o.GetOwnerReferences()
	for i := range owners {
		owner := e.owner(o, owners[i])
		s.createObject(t, e, owner, created)
		owners[i].UID = "00000000-0000-0000-0000-000000000000"
		if made := created[keyOf(owner)]; made != nil {
			owners[i].UID = made.GetUID()
		}
	}
	o.SetOwnerReferences(owners)
	o.SetUID("")
	o.SetResourceVersion("")
	if o.GetKind() == "ReplicaSet" && !specified {
		// In examples it only links pods to their Deployment.
		o.Object["spec"] = anyReplicaSet()
	}

	var client dynamic.ResourceInterface = s.client.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		client = s.client.Resource(mapping.Resource).Namespace(o.GetNamespace())
	}
	made, err := client.Create(t.Context(), o, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) && mapping.Scope.Name() == meta.RESTScopeNameRoot {
		// All examples share nodes, and namespaces exist already.
		return
	}
	if err != nil {
		t.Fatalf("the example is not accepted: %v", err)
	}
	o.SetUID(made.GetUID())
	if status, has := o.Object["status"]; has {
		made.Object["status"] = status
		if _, err := client.UpdateStatus(t.Context(), made, metav1.UpdateOptions{}); err != nil && !apierrors.IsInvalid(err) {
			t.Fatal(err)
		}
	}
}

func keyOf(o *unstructured.Unstructured) string {
	return strings.Join([]string{o.GetKind(), o.GetNamespace(), o.GetName()}, "/")
}

func anyReplicaSet() map[string]any {
	labels := map[string]any{"app": "any"}
	return map[string]any{
		"replicas": int64(0),
		"selector": map[string]any{"matchLabels": labels},
		"template": map[string]any{
			"metadata": map[string]any{"labels": labels},
			"spec":     map[string]any{"containers": []any{map[string]any{"name": "app", "image": "registry.example/any:1"}}},
		},
	}
}
