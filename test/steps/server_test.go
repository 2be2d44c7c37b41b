//go:build integration

package steps

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// serve answers lists as protobuf, and GETs with 404.
func serve(t *testing.T, objects []object) *httptest.Server {
	t.Helper()
	lists := map[string][]object{}
	for _, o := range objects {
		gvk := o.GetObjectKind().GroupVersionKind()
		plural, _ := meta.UnsafeGuessKindToResource(gvk)
		path := "/apis/" + gvk.GroupVersion().String() + "/" + plural.Resource
		if gvk.Group == "" {
			path = "/api/v1/" + plural.Resource
		}
		lists[path] = append(lists[path], o)
	}
	serializer := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "Sat, 21 Nov 2026 12:00:00 GMT")
		items, found := lists[r.URL.Path]
		if !found {
			w.Header().Set("Content-Type", "application/json")
			switch {
			case r.URL.Path == "/version", r.URL.Path == "/apis":
				fmt.Fprint(w, `{"gitVersion":"v1.36.3","groups":[]}`)
			case strings.Contains(r.URL.RawQuery, "limit="):
				// An empty list, whatever of, is one of pods as well.
				fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1"}`)
			default:
				w.WriteHeader(http.StatusNotFound)
				fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`)
			}
			return
		}
		from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		to := min(from+limit, len(items))
		list, err := listOf(items[from:to], strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadataList"))
		if err != nil {
			t.Error(err)
			return
		}
		if to < len(items) {
			list.(metav1.ListInterface).SetContinue(strconv.Itoa(to))
		}
		var body bytes.Buffer
		if err := serializer.Encode(list, &body); err != nil {
			t.Error(err)
			return
		}
		w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
		_, _ = w.Write(body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server
}

func listOf(items []object, metadataOnly bool) (runtime.Object, error) {
	if metadataOnly {
		list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}}
		for _, o := range items {
			accessor, err := meta.Accessor(o)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, *meta.AsPartialObjectMetadata(accessor))
		}
		return list, nil
	}
	gvk := items[0].GetObjectKind().GroupVersionKind()
	list, err := scheme.Scheme.New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
	if err != nil {
		return nil, err
	}
	list.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind + "List"})
	objects := make([]runtime.Object, len(items))
	for i, o := range items {
		objects[i] = o
	}
	return list, meta.SetList(list, objects)
}
