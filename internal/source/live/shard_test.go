package live

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// What a page has room for is listed at once, and nothing is listed of what there is none.
// Of everything else, only the shard's own is.
func TestShardsListWhatIsFewAtOnce(t *testing.T) {
	s := newServer(t)
	names := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}}
	services := &corev1.ServiceList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceList"}}
	for i := range 40 {
		name := fmt.Sprintf("n%02d", i)
		names.Items = append(names.Items, metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: name}})
		services.Items = append(services.Items, corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: name}})
		s.answers["/api/v1/namespaces/"+name+"/pods"] = answer(http.StatusOK, podList("", 0, corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: name}}))
	}
	counted := func(one, all http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("limit") == "1" {
				one(w, r)
				return
			}
			all(w, r)
		}
	}
	s.answers["/api/v1/namespaces"] = answer(http.StatusOK, names)
	s.answers["/api/v1/services"] = counted(answer(http.StatusOK, podList("more", 39, pod("x"))), answer(http.StatusOK, services))
	s.answers["/apis/apps/v1/deployments"] = answer(http.StatusOK, podList("", 0))
	s.answers["/api/v1/pods"] = answer(http.StatusOK, podList("more", DefaultChunkSize, pod("x")))
	shard := &inventory.Shard{Index: 1, Of: 2}
	source := s.live()
	source.ChunkSize = DefaultChunkSize
	inv, err := source.Read(context.Background(), inventory.Request{
		Scope: inventory.Scope{Shard: shard}, Resources: []inventory.Resource{inventory.Deployments, inventory.Services, inventory.Pods},
	})
	if err != nil {
		t.Fatal(err)
	}
	own := 0
	for _, n := range names.Items {
		if shard.Owns(n.Name) {
			own++
		}
	}
	if own == 0 || own == len(names.Items) {
		t.Fatalf("%d of %d namespaces are the shard's", own, len(names.Items))
	}
	for r, items := range map[inventory.Resource]int{inventory.Deployments: 0, inventory.Services: own, inventory.Pods: own} {
		if read := inv.Read(r); read.State != inventory.Complete || read.Items != items || read.Namespaces != own {
			t.Errorf("%s of %d namespaces: %+v", r, own, read)
		}
	}
	if len(inv.Services) != own || len(inv.Workloads) != own {
		t.Errorf("%d services and %d workloads in %d namespaces", len(inv.Services), len(inv.Workloads), own)
	}
	asked := map[string]int{}
	for _, request := range s.requests {
		asked[request[strings.LastIndex(request, "/")+1:]]++
	}
	// One request counts. The pods of each namespace were counted as well, to divide them.
	if asked["deployments"] != 1 || asked["services"] != 2 || asked["pods"] != len(names.Items)+1+own {
		t.Errorf("asked for %v", asked)
	}
}

// shopServer has one namespace.
func shopServer(t *testing.T) *server {
	t.Helper()
	s := newServer(t)
	s.answers["/api/v1/namespaces"] = answer(http.StatusOK, &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}},
	})
	return s
}

// readOnlyShard reads the pods of the only shard.
func (s *server) readOnlyShard(t *testing.T) *inventory.Inventory {
	t.Helper()
	inv, err := s.live().Read(context.Background(), inventory.Request{
		Scope: inventory.Scope{Shard: &inventory.Shard{Index: 1, Of: 1}}, Resources: []inventory.Resource{inventory.Pods},
	})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// A server need not say how many objects there are. Then each namespace is listed.
func TestShardsOfAServerThatDoesNotCount(t *testing.T) {
	s := shopServer(t)
	s.answers["/api/v1/pods"] = answer(http.StatusOK, podList("more", 0, pod("x")))
	s.answers["/api/v1/namespaces/shop/pods"] = func(w http.ResponseWriter, r *http.Request) {
		list := podList("more", 0, pod("a"))
		if r.URL.Query().Get("limit") != "1" {
			list = podList("", 0, pod("a"), pod("b"))
		}
		answer(http.StatusOK, list)(w, r)
	}
	inv := s.readOnlyShard(t)
	if read := inv.Read(inventory.Pods); read.State != inventory.Complete || read.Items != 2 || read.Namespaces != 1 {
		t.Errorf("%+v", read)
	}
}

// A namespace that is created after the others were divided is in no list, or it would be
// known in part.
func TestShardsLeaveOutLateNamespaces(t *testing.T) {
	s := shopServer(t)
	s.answers["/api/v1/namespaces/shop/pods"] = answer(http.StatusOK, podList("", 0, pod("a")))
	late := pod("b")
	late.Namespace = "late"
	s.answers["/api/v1/pods"] = answer(http.StatusOK, podList("", 0, pod("a"), late))
	inv := s.readOnlyShard(t)
	if len(inv.Workloads) != 1 || inv.Workloads[0].Namespace != "shop" || inv.Read(inventory.Pods).Items != 1 {
		t.Errorf("%v, %+v", inv.Workloads, inv.Read(inventory.Pods))
	}
}

// What a list lacks everywhere is not narrowed down to the namespace behind a route.
func TestBackendsHideNoIncompleteList(t *testing.T) {
	for name, before := range map[string]inventory.Read{
		"it is not known where": {State: inventory.Partial, Items: 1, Reason: "timed out"},
		"it is missing everywhere": {
			State: inventory.Unreadable, Reason: "timed out", Namespaces: 1, Gaps: []inventory.Gap{{Namespace: "shop", Reason: "timed out"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/api/v1/namespaces/other/pods"] = failure(403, metav1.StatusReasonForbidden)
			source := s.live()
			if err := source.connect(); err != nil {
				t.Fatal(err)
			}
			source.lists = newLockstep([]inventory.Resource{inventory.Pods}, nil)
			facts := collect.New()
			facts.Add(routeTo("shop", "other"), collect.Unsaid{})
			before.Resource = inventory.Pods
			reads := []inventory.Read{before}
			request := inventory.Request{Scope: inventory.Scope{Shard: &inventory.Shard{Index: 1, Of: 2, Placed: map[string]int{"shop": 1, "other": 2}}}}
			if err := source.readBackends(context.Background(), request, facts, reads); err != nil {
				t.Fatal(err)
			}
			if len(s.requests) == 0 {
				t.Fatal("nothing was asked for behind the route")
			}
			if diff := cmp.Diff([]inventory.Read{before}, reads); diff != "" {
				t.Errorf("-before +after:\n%s", diff)
			}
		})
	}
}

// routeTo makes an HTTPRoute from a namespace to a Service of another.
func routeTo(from, to string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": map[string]any{"name": "web", "namespace": from},
		"spec": map[string]any{"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": "web", "namespace": to, "port": int64(80)}}}}},
	}}
}
