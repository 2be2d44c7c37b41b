package kinds

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Each resource has a kind that can be decoded and is found by its name.
func TestAllResourcesHaveKinds(t *testing.T) {
	for _, r := range inventory.AllResources() {
		k := Of(r)
		if _, err := Scheme.New(k.GVK()); err != nil {
			t.Errorf("%s: %v", r, err)
		}
		found, other, known := OfObject(k.GVK().Group, k.Version, k.Name)
		if !known || other != nil || found.Resource != r {
			t.Errorf("%s is found as %+v", k.GVK(), found)
		}
	}
	if len(all) != len(inventory.AllResources()) {
		t.Errorf("%d kinds of %d resources", len(all), len(inventory.AllResources()))
	}
}

func TestPaths(t *testing.T) {
	for want, got := range map[string]string{
		"/api/v1/pods":  Of(inventory.Pods).Path(""),
		"/api/v1/nodes": Of(inventory.Nodes).Path("shop"),
		"/apis/apps/v1/namespaces/shop/replicasets": Of(inventory.ReplicaSets).Path("shop"),
	} {
		if got != want {
			t.Errorf("path is %s, want %s", got, want)
		}
	}
}
