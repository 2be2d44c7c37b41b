package audit

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
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
