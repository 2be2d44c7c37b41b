package audit

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// An audit of named objects says what they depend on.
func TestDependsOn(t *testing.T) {
	inv := town()
	web := &inv.Workloads[1].Object
	if got := DependsOn(inv, objectOf(web)); len(got) != 1 || got[0].Kind != "Service" || got[0].Name != "front" {
		t.Errorf("web depends on %s", asJSON(got))
	}
	if got := DependsOn(inv, api.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: "none"}); got != nil {
		t.Errorf("nothing depends on %s", asJSON(got))
	}
}

func TestReportOfNamedObjectsSaysWhatTheyNeed(t *testing.T) {
	inv := town()
	web, cart := inv.Workloads[1], inv.Workloads[0]
	inv.Named = []*inventory.Object{&web.Object, &inv.Services[0].Object}
	for _, s := range run1(inv, failing("a", api.High, nil)).Subjects {
		if want := map[string]int{web.Name: 1}[s.Name]; len(s.DependsOn) != want {
			t.Errorf("%s depends on %s", s.Name, asJSON(s.DependsOn))
		}
	}
	if cart.Services != nil {
		t.Error("cart has a Service: it is not an example of an object that nobody named")
	}
}
