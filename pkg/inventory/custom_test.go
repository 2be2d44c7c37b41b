package inventory

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Custom resources of an API that is not installed do not exist; of one that
// is, they may be hidden.
func TestLiveCustomResources(t *testing.T) {
	const api = "/apis/networking.istio.io/v1"
	const list = api + "/destinationrules"
	rules := map[string]any{"apiVersion": "networking.istio.io/v1", "kind": "DestinationRuleList", "metadata": map[string]any{},
		"items": []any{map[string]any{
			"metadata": map[string]any{"name": "cart", "namespace": "shop"},
			"spec": map[string]any{"host": "cart.shop.svc.cluster.local",
				"trafficPolicy": map[string]any{"outlierDetection": map[string]any{"consecutive5xxErrors": 5}}},
		}}}
	forbidden := failure(403, metav1.StatusReasonForbidden)
	t.Run("read", func(t *testing.T) {
		s := newServer(t)
		s.answers[list] = answer(200, rules)
		inv, err := s.read(DestinationRules)
		if err != nil || len(inv.Policies) != 1 {
			t.Fatalf("%v, %+v", err, inv)
		}
		if p := inv.Policies[0]; !p.BreaksCircuits || p.Hosts[0] != "cart.shop.svc.cluster.local" || p.Name != "cart" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("not installed", func(t *testing.T) {
		inv, err := newServer(t).read(DestinationRules)
		if err != nil || inv.Read(DestinationRules).State != Complete {
			t.Errorf("%v, %+v", err, inv.Read(DestinationRules))
		}
	})
	t.Run("not installed, and forbidden", func(t *testing.T) {
		s := newServer(t)
		s.answers[list] = forbidden
		inv, err := s.read(DestinationRules)
		if err != nil || inv.Read(DestinationRules).State != Complete {
			t.Errorf("%v, %+v", err, inv.Read(DestinationRules))
		}
	})
	t.Run("installed, and forbidden", func(t *testing.T) {
		s := newServer(t)
		s.answers[list], s.answers[api] = forbidden, answer(200, metav1.APIResourceList{})
		inv, err := s.read(DestinationRules)
		if err != nil || inv.Read(DestinationRules).State != Unreadable {
			t.Errorf("%v, %+v", err, inv.Read(DestinationRules))
		}
	})
	t.Run("a built-in API that is not served is not just empty", func(t *testing.T) {
		inv, err := newServer(t).read(Ingresses)
		if err != nil || inv.Read(Ingresses).State != Unreadable {
			t.Errorf("%v, %+v", err, inv.Read(Ingresses))
		}
	})
}
