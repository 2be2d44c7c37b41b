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
	inv, err := s.live().Read(context.Background(), inventory.Request{
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
	for r, items := range map[inventory.Resource]int{inventory.Deployments: 0, inventory.Services: own, inventory.Pods: own} {
		if read := inv.Read(r); read.State != inventory.Complete || read.Items != items || read.Namespaces != own {
			t.Errorf("of %d namespaces: %+v", own, read)
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
