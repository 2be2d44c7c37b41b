package live

import (
	"net/http"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// groups is the response of a server that has one API group.
func groups(name string, versions ...string) http.HandlerFunc {
	group := metav1.APIGroup{Name: name}
	for _, v := range versions {
		group.Versions = append(group.Versions, metav1.GroupVersionForDiscovery{GroupVersion: name + "/" + v, Version: v})
	}
	return answer(200, metav1.APIGroupList{Groups: []metav1.APIGroup{group}})
}

// Custom resources of an API that is not installed do not exist. If the API is
// installed, they may be hidden.
func TestLiveCustomResources(t *testing.T) {
	const group = "/apis/networking.istio.io"
	const list = group + "/v1/destinationrules"
	serving := func(versions ...string) http.HandlerFunc { return groups("networking.istio.io", versions...) }
	rules := map[string]any{"apiVersion": "networking.istio.io/v1", "kind": "DestinationRuleList", "metadata": map[string]any{},
		"items": []any{map[string]any{
			"metadata": map[string]any{"name": "cart", "namespace": "shop"},
			"spec": map[string]any{"host": "cart.shop.svc.cluster.local",
				"trafficPolicy": map[string]any{"outlierDetection": map[string]any{"consecutive5xxErrors": 5}}},
		}}}
	forbidden := failure(403, metav1.StatusReasonForbidden)
	t.Run("read", func(t *testing.T) {
		s := newServer(t)
		s.answers["/apis"], s.answers[list] = serving("v1"), answer(200, rules)
		inv, err := s.read(inventory.DestinationRules)
		if err != nil || len(inv.Policies) != 1 {
			t.Fatalf("%v, %+v", err, inv)
		}
		if p := inv.Policies[0]; !p.BreaksCircuits || p.Hosts[0] != "cart.shop.svc.cluster.local" || p.Name != "cart" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("not installed: no request asks for it", func(t *testing.T) {
		s := newServer(t)
		s.answers["/apis"] = groups("apps", "v1")
		inv, err := s.read(inventory.DestinationRules, inventory.HTTPRoutes, inventory.ServiceMonitors)
		if err != nil || inv.Read(inventory.DestinationRules).State != inventory.Complete || inv.Read(inventory.ServiceMonitors).State != inventory.Complete {
			t.Errorf("%v, %+v", err, inv.Reads)
		}
		if want := []string{"GET /version", "GET /apis"}; !slices.Equal(s.requests, want) {
			t.Errorf("sent %q, want %q", s.requests, want)
		}
	})
	t.Run("installed without this kind", func(t *testing.T) {
		s := newServer(t)
		s.answers["/apis"] = serving("v1")
		inv, err := s.read(inventory.DestinationRules)
		if err != nil || inv.Read(inventory.DestinationRules).State != inventory.Complete {
			t.Errorf("%v, %+v", err, inv.Read(inventory.DestinationRules))
		}
	})
	t.Run("what is installed is hidden", func(t *testing.T) {
		s := newServer(t)
		s.answers["/apis"] = forbidden
		inv, err := s.read(inventory.DestinationRules)
		if err != nil || inv.Read(inventory.DestinationRules).State != inventory.Unreadable {
			t.Errorf("%v, %+v", err, inv.Read(inventory.DestinationRules))
		}
		s.answers[list] = answer(200, rules)
		if inv, err := s.read(inventory.DestinationRules); err != nil || len(inv.Policies) != 1 {
			t.Errorf("%v, %+v", err, inv)
		}
	})
	t.Run("installed, and forbidden", func(t *testing.T) {
		s := newServer(t)
		s.answers[list], s.answers["/apis"] = forbidden, serving("v1", "v1beta1")
		inv, err := s.read(inventory.DestinationRules)
		if err != nil || inv.Read(inventory.DestinationRules).State != inventory.Unreadable {
			t.Errorf("%v, %+v", err, inv.Read(inventory.DestinationRules))
		}
	})
	t.Run("in an older version only", func(t *testing.T) {
		s := newServer(t)
		s.answers["/apis"], s.answers[group+"/v1beta1/destinationrules"] = serving("v1beta1", "v1alpha3"), answer(200, rules)
		inv, err := s.read(inventory.DestinationRules)
		if err != nil || len(inv.Policies) != 1 || !inv.Policies[0].BreaksCircuits {
			t.Errorf("%v, %+v", err, inv.Read(inventory.DestinationRules))
		}
	})
	t.Run("in an older version only, and forbidden", func(t *testing.T) {
		s := newServer(t)
		s.answers[group+"/v1beta1/destinationrules"], s.answers["/apis"] = forbidden, serving("v1beta1")
		inv, err := s.read(inventory.DestinationRules)
		if err != nil || inv.Read(inventory.DestinationRules).State != inventory.Unreadable {
			t.Errorf("%v, %+v", err, inv.Read(inventory.DestinationRules))
		}
	})
	t.Run("a built-in API in its older version", func(t *testing.T) {
		s := newServer(t)
		s.answers["/apis"] = groups("policy", "v1beta1")
		s.answers["/apis/policy/v1beta1/poddisruptionbudgets"] = answer(200, map[string]any{
			"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudgetList", "metadata": map[string]any{},
			"items": []any{map[string]any{
				"metadata": map[string]any{"name": "cart", "namespace": "shop", "generation": 3},
				"spec":     map[string]any{"minAvailable": 2, "selector": map[string]any{}},
			}}})
		inv, err := s.read(inventory.PodDisruptionBudgets)
		if err != nil || inv.Read(inventory.PodDisruptionBudgets).State != inventory.Complete || len(inv.Budgets) != 1 {
			t.Fatalf("%v, %+v", err, inv.Read(inventory.PodDisruptionBudgets))
		}
		if b := inv.Budgets[0]; b.MinAvailable.IntValue() != 2 || b.Generation != 3 || !b.Selector.Empty() && b.Selector.String() != "" || b.APIVersion != "policy/v1" {
			t.Errorf("%+v", b)
		}
	})
	t.Run("a built-in API that is not served is not just empty", func(t *testing.T) {
		inv, err := newServer(t).read(inventory.Ingresses)
		if err != nil || inv.Read(inventory.Ingresses).State != inventory.Unreadable {
			t.Errorf("%v, %+v", err, inv.Read(inventory.Ingresses))
		}
	})
}
