package live

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func namespaceObject(kind, name string) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: kind},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: "u", Annotations: map[string]string{inventory.IgnoreAnnotation: "job-*", "other": "dropped"},
		},
	}
}

// All namespaces are listed. If only one is in scope, the first request for it
// is enough.
func TestLiveNamespaces(t *testing.T) {
	s := newServer(t)
	list := metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{namespaceObject("", "shop")},
	}
	s.answers["/api/v1/namespaces"] = answer(200, list)
	s.answers["/api/v1/namespaces/shop"] = answer(200, namespaceObject("PartialObjectMetadata", "shop"))
	for name, namespace := range map[string]string{"all": "", "one": "shop"} {
		s.requests = nil
		var recorded bytes.Buffer
		live := s.live()
		live.Record = files.NewSnapshotWriter(&recorded).Record
		inv, err := live.Read(context.Background(), inventory.Request{Scope: scopeOf(namespace), Resources: []inventory.Resource{inventory.Namespaces}})
		if err != nil {
			t.Fatal(err)
		}
		if read := inv.Read(inventory.Namespaces); read.State != inventory.Complete || read.Items != 1 || inv.NamespaceIgnore("shop") == nil || len(s.requests) != 2 {
			t.Errorf("%s: %+v by %q", name, read, s.requests)
		}
		if text := recorded.String(); !strings.Contains(text, `"kind":"Namespace"`) || !strings.Contains(text, "job-*") || strings.Contains(text, "dropped") {
			t.Errorf("%s: recorded %s", name, text)
		}
	}
}

// scopeOf is one namespace, or for "" all of them.
func scopeOf(namespace string) inventory.Scope {
	if namespace == "" {
		return inventory.Scope{}
	}
	return inventory.Scope{Namespaces: []string{namespace}}
}

// A user who may not read namespaces can still audit.
func TestForbiddenNamespaces(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/api/v1/namespaces", "/api/v1/namespaces/shop"} {
		s.answers[path] = failure(403, metav1.StatusReasonForbidden)
	}
	for _, namespace := range []string{"", "shop"} {
		inv, err := s.live().Read(context.Background(), inventory.Request{Scope: scopeOf(namespace), Resources: []inventory.Resource{inventory.Namespaces}})
		if err != nil {
			t.Fatal(err)
		}
		if read := inv.Read(inventory.Namespaces); read.State != inventory.Unreadable || read.Reason != forbidden {
			t.Errorf("%q: %+v", namespace, read)
		}
	}
}

// Thinning an encoded pod does not remove its own annotations.
func TestAnnotationsOfEncodedPods(t *testing.T) {
	s := newServer(t)
	bare := pod("bare")
	bare.Annotations = map[string]string{inventory.IgnoreAnnotation: "pod-without-owner"}
	s.answers["/api/v1/pods"] = asProtobuf(t, podList("", 0, pod("other"), bare))
	inv, err := s.read(inventory.Pods)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range inv.Workloads {
		if annotated := w.Ignore != nil && w.Ignore.Checks == "pod-without-owner"; annotated != (w.Name == "bare") {
			t.Errorf("%s: %+v", w.Name, w.Ignore)
		}
	}
}

// A server sends them as metadata only, with the fields that name the keys.
func TestLiveConfigs(t *testing.T) {
	secret := metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: "token", Namespace: "shop",
		ManagedFields: []metav1.ManagedFieldsEntry{{
			Manager: "kubectl", FieldsV1: metav1.NewFieldsV1(`{"f:data":{"f:token":{}}}`),
		}},
	}}
	list := &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{secret},
	}
	s := newServer(t)
	s.answers["/api/v1/secrets"] = asProtobuf(t, list)
	inv, err := s.live().Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Secrets}, Secrets: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Config("Secret", "shop", "token"); got == nil || !slices.Equal(got.Keys, []string{"token"}) {
		t.Errorf("%+v of %+v", got, inv.Reads)
	}
}
