// Package lists answers lists as an API server does, from objects in memory.
package lists

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// ByKey is the order of an API server: that of its keys in etcd, in which a namespace
// ends with a slash.
func ByKey(a, b Object) int { return cmp.Compare(keyOf(a), keyOf(b)) }

func keyOf(o Object) string { return o.GetNamespace() + "/" + o.GetName() }

// server contains objects by the path of their list in all namespaces.
type server struct{ lists map[string][]Object }

// Server answers lists in pages, in an order, and GETs of single objects: as protobuf or,
// for custom resources, as JSON. Of several objects with a name it has the last.
func Server(objects []Object, order func(a, b Object) int) http.Handler {
	s := server{map[string][]Object{}}
	for _, o := range objects {
		gvk := o.GetObjectKind().GroupVersionKind()
		plural, _ := meta.UnsafeGuessKindToResource(gvk)
		path := pathOf(gvk.GroupVersion()) + plural.Resource
		s.lists[path] = append(s.lists[path], o)
	}
	for path, list := range s.lists {
		slices.Reverse(list)
		slices.SortStableFunc(list, ByKey)
		list = slices.CompactFunc(list, func(a, b Object) bool { return ByKey(a, b) == 0 })
		slices.SortStableFunc(list, order)
		s.lists[path] = list
	}
	return s
}

func pathOf(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "/api/" + gv.Version + "/"
	}
	return "/apis/" + gv.String() + "/"
}

// ServeHTTP implements http.Handler.
func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", "Sat, 21 Nov 2026 12:00:00 GMT")
	switch r.URL.Path {
	case "/version":
		answer(w, http.StatusOK, map[string]string{"gitVersion": "v1.36.3"})
		return
	case "/apis":
		answer(w, http.StatusOK, s.groups())
		return
	}
	path, namespace, name := requested(r.URL.Path)
	items := s.lists[path]
	if namespace != "" {
		items = slices.DeleteFunc(slices.Clone(items), func(o Object) bool { return o.GetNamespace() != namespace })
	}
	if name != "" {
		i := slices.IndexFunc(items, func(o Object) bool { return o.GetName() == name })
		if i < 0 {
			Refuse(w, apierrors.NewNotFound(schema.GroupResource{}, name))
			return
		}
		object := meta.AsPartialObjectMetadata(items[i])
		object.TypeMeta = metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}
		answer(w, http.StatusOK, object)
		return
	}
	s.list(w, r, items)
}

// requested divides a path into that of a list in all namespaces, a namespace, and the name
// of an object.
func requested(path string) (list, namespace, name string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	of := 2
	if parts[0] == "apis" {
		of = 3
	}
	if len(parts) < of {
		return path, "", ""
	}
	before, rest := parts[:of:of], parts[of:]
	if len(rest) > 2 && rest[0] == "namespaces" {
		namespace, rest = rest[1], rest[2:]
	}
	if len(rest) > 1 {
		name = rest[1]
	}
	return "/" + strings.Join(append(before, rest[:min(len(rest), 1)]...), "/"), namespace, name
}

func (s server) list(w http.ResponseWriter, r *http.Request, items []Object) {
	query := r.URL.Query()
	if query.Get("fieldSelector") == "type=Warning" {
		items = slices.DeleteFunc(slices.Clone(items), func(o Object) bool { return o.(*corev1.Event).Type != corev1.EventTypeWarning })
	}
	from, _ := strconv.Atoi(query.Get("continue"))
	limit, _ := strconv.Atoi(query.Get("limit"))
	to := min(from+cmp.Or(limit, len(items)), len(items))
	if from >= to {
		// An empty list, whatever of, is one of pods as well.
		answer(w, http.StatusOK, &corev1.PodList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}})
		return
	}
	list, err := listOf(items[from:to], strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadataList"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	if page := list.(metav1.ListInterface); to < len(items) {
		page.SetContinue(strconv.Itoa(to))
		if query.Get("fieldSelector") == "" {
			page.SetRemainingItemCount(new(int64(len(items) - to)))
		}
	}
	if _, custom := list.(*unstructured.UnstructuredList); custom {
		answer(w, http.StatusOK, list)
		return
	}
	var body bytes.Buffer
	if err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(list, &body); err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
	_, _ = w.Write(body.Bytes())
}

func listOf(items []Object, metadataOnly bool) (runtime.Object, error) {
	if metadataOnly {
		list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}}
		for _, o := range items {
			list.Items = append(list.Items, *meta.AsPartialObjectMetadata(o))
		}
		return list, nil
	}
	gvk := items[0].GetObjectKind().GroupVersionKind()
	gvk.Kind += "List"
	list, err := scheme.Scheme.New(gvk)
	if runtime.IsNotRegisteredError(err) {
		list, err = &unstructured.UnstructuredList{}, nil
	}
	if err != nil {
		return nil, err
	}
	list.GetObjectKind().SetGroupVersionKind(gvk)
	objects := make([]runtime.Object, len(items))
	for i, o := range items {
		objects[i] = o
	}
	return list, meta.SetList(list, objects)
}

// groups returns the API groups of the objects.
func (s server) groups() metav1.APIGroupList {
	var all metav1.APIGroupList
	for path := range s.lists {
		parts := strings.Split(path, "/")
		if parts[1] != "apis" {
			continue
		}
		version := metav1.GroupVersionForDiscovery{GroupVersion: parts[2] + "/" + parts[3], Version: parts[3]}
		i := slices.IndexFunc(all.Groups, func(g metav1.APIGroup) bool { return g.Name == parts[2] })
		if i < 0 {
			i = len(all.Groups)
			all.Groups = append(all.Groups, metav1.APIGroup{Name: parts[2]})
		}
		if !slices.Contains(all.Groups[i].Versions, version) {
			all.Groups[i].Versions = append(all.Groups[i].Versions, version)
		}
	}
	return all
}

// Refuse answers with an error.
func Refuse(w http.ResponseWriter, err *apierrors.StatusError) {
	status := err.ErrStatus
	status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	answer(w, int(status.Code), status)
}

func answer(w http.ResponseWriter, code int, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		http.Error(w, fmt.Sprint(err), http.StatusNotImplemented)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(encoded)
}
