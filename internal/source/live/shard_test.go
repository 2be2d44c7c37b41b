package live

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A short list contains the pods of other shards as well. Nobody requests their owners.
func TestAShardConfirmsItsOwnOwners(t *testing.T) {
	shard := &inventory.Shard{Index: 1, Of: 2}
	s := newServer(t)
	listMeta := metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}
	namespaces, none := &metav1.PartialObjectMetadataList{TypeMeta: listMeta}, &metav1.PartialObjectMetadataList{TypeMeta: listMeta}
	pods := podList("", 0)
	controller := true
	for i := range 8 {
		namespace := fmt.Sprintf("team-%d", i)
		namespaces.Items = append(namespaces.Items, metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: namespace}})
		p := pod("web-a", metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web", UID: "uid-web", Controller: &controller})
		p.Namespace = namespace
		pods.Items = append(pods.Items, p)
		s.answers["/api/v1/namespaces/"+namespace+"/pods"] = answer(200, podList("", 0, p))
	}
	s.answers["/api/v1/namespaces"], s.answers["/api/v1/pods"] = answer(200, namespaces), answer(200, pods)
	s.answers["/apis/apps/v1/replicasets"] = answer(200, none)
	source := s.live()
	source.ChunkSize = 50
	_, err := source.Read(t.Context(), inventory.Request{
		Scope:         inventory.Scope{Shard: shard},
		Resources:     []inventory.Resource{inventory.Namespaces, inventory.ReplicaSets, inventory.Pods},
		ConfirmOwners: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range namespaces.Items {
		requested := slices.Contains(s.requests, "GET /apis/apps/v1/namespaces/"+n.Name+"/replicasets/web")
		if requested != shard.Owns(n.Name) {
			t.Errorf("%s: its owner was requested: %v; the shard judges it: %v", n.Name, requested, shard.Owns(n.Name))
		}
	}
}
