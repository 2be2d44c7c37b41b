package checks

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// byteServer is an API server that sends lists in protobuf, in which a string
// may be any bytes.
type byteServer map[string]runtime.Object

func (s byteServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", now.Format(http.TimeFormat))
	list, found := s[r.URL.Path]
	switch {
	case r.URL.Path == "/version":
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"gitVersion":"v1.36.3"}`))
		return
	case !found:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
	_ = protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(list, w)
}

// serverOf serves a fixture, poisoned, from all namespaces.
func serverOf(t *testing.T, f fixture, v venom) byteServer {
	t.Helper()
	objects := map[schema.GroupVersionKind][]runtime.Object{}
	for _, object := range f.objects(t) {
		for name, item := range object {
			if name != "kind" && name != "apiVersion" {
				object[name] = v.poison(name, item)
			}
		}
		kind := schema.FromAPIVersionAndKind(object["apiVersion"].(string), object["kind"].(string))
		typed, err := scheme.Scheme.New(kind)
		if err != nil {
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, typed); err != nil {
			t.Fatal(err)
		}
		objects[kind] = append(objects[kind], typed)
	}
	s := byteServer{}
	for _, r := range inventory.AllResources() {
		resource := r.GroupResource()
		kind, list := listOf(resource)
		if list == nil {
			// Custom resources are never sent as protobuf.
			continue
		}
		if err := meta.SetList(list, objects[kind]); err != nil {
			t.Fatal(err)
		}
		path := "/api/" + kind.Version
		if kind.Group != "" {
			path = "/apis/" + kind.Group + "/" + kind.Version
		}
		s[path+"/"+resource.Resource] = list
	}
	s["/apis/apps/v1/replicasets"] = metadataOf(t, objects[schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "ReplicaSet"}])
	s["/api/v1/configmaps"] = metadataOf(t, objects[schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}])
	s["/api/v1/secrets"] = metadataOf(t, objects[schema.GroupVersionKind{Version: "v1", Kind: "Secret"}])
	return s
}

// listOf finds the kind of a built-in resource by its plural, and an empty list
// of it.
func listOf(r schema.GroupResource) (schema.GroupVersionKind, runtime.Object) {
	for kind := range scheme.Scheme.AllKnownTypes() {
		version := map[string]string{"autoscaling": "v2"}[r.Group]
		if version == "" {
			version = "v1"
		}
		plural, _ := meta.UnsafeGuessKindToResource(kind)
		if kind.Group != r.Group || kind.Version != version || plural.Resource != r.Resource {
			continue
		}
		list, err := scheme.Scheme.New(kind.GroupVersion().WithKind(kind.Kind + "List"))
		if err != nil {
			continue
		}
		list.GetObjectKind().SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
		return kind, list
	}
	return schema.GroupVersionKind{}, nil
}

func metadataOf(t *testing.T, objects []runtime.Object) runtime.Object {
	t.Helper()
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(metav1.SchemeGroupVersion.WithKind("PartialObjectMetadataList"))
	list.APIVersion = "meta.k8s.io/v1"
	for _, object := range objects {
		accessor, err := meta.Accessor(object)
		if err != nil {
			t.Fatal(err)
		}
		item := meta.AsPartialObjectMetadata(accessor)
		item.TypeMeta = metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}
		list.Items = append(list.Items, *item)
	}
	return list
}

// served audits a fixture that an API server sends.
func (f fixture) served(t *testing.T, v venom) *api.Report {
	t.Helper()
	server := httptest.NewServer(serverOf(t, f, v))
	defer server.Close()
	source := live.Source{Config: &rest.Config{Host: server.URL}}
	inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
	if err != nil {
		t.Fatal(err)
	}
	return audit.Run(inv, audit.Options{Checks: []*audit.Check{f.Check}, Now: now})
}

// Protobuf does not check that a string is UTF-8: a byte that is a control of
// its own passes through the API server.
func TestHostileBytesFromAServer(t *testing.T) {
	for _, check := range All() {
		t.Run(check.ID, func(t *testing.T) {
			text, _ := check.Example("bad")
			f := fixture{audittest.Fixture{Check: check, Name: "bad", Text: text}}
			harmless := f.served(t, venom{})
			if !check.Reads.Owners && check.Reads.Samples == "" && len(harmless.Findings) == 0 {
				t.Fatal("nothing is found")
			}
			clean := verdicts(harmless)
			hostile := f.served(t, venom{text: poisons["raw bytes"]})
			if got := verdicts(hostile); !slices.Equal(got, clean) {
				t.Errorf("found %q, of the same cluster without poison %q", got, clean)
			}
			if !strings.Contains(printed(t, hostile, "json"), `\\x9b`) {
				t.Error("no raw byte came through")
			}
			wantHarmless(t, "raw bytes", hostile)
			wantHarmless(t, "raw bytes, deep", f.served(t, venom{text: poisons["raw bytes"], deep: true}))
		})
	}
}
