package live

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// A server need not say how many objects there are. Then each namespace is listed.
func TestShardsOfAServerThatDoesNotCount(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/namespaces"] = answer(http.StatusOK, &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}},
	})
	s.answers["/api/v1/pods"] = answer(http.StatusOK, podList("more", 0, pod("x")))
	s.answers["/api/v1/namespaces/shop/pods"] = func(w http.ResponseWriter, r *http.Request) {
		list := podList("more", 0, pod("a"))
		if r.URL.Query().Get("limit") != "1" {
			list = podList("", 0, pod("a"), pod("b"))
		}
		answer(http.StatusOK, list)(w, r)
	}
	inv, err := s.live().Read(context.Background(), inventory.Request{
		Scope: inventory.Scope{Shard: &inventory.Shard{Index: 1, Of: 1}}, Resources: []inventory.Resource{inventory.Pods},
	})
	if err != nil {
		t.Fatal(err)
	}
	if read := inv.Read(inventory.Pods); read.State != inventory.Complete || read.Items != 2 || read.Namespaces != 1 {
		t.Errorf("%+v", read)
	}
}
