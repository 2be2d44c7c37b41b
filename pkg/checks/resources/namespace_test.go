package resources

import (
	"reflect"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The cluster's own namespaces are exempt, until somebody says which are.
func TestExemptNamespaces(t *testing.T) {
	for _, check := range []*audit.Check{NamespaceWithoutQuota, NamespaceWithoutLimitRange} {
		judge := map[string]func(*audit.Pass, *inventory.Namespace) audit.Verdict{
			NamespaceWithoutQuota.ID: namespaceWithoutQuota, NamespaceWithoutLimitRange.ID: namespaceWithoutLimitRange,
		}[check.ID]
		named, err := audit.ParseSettings([]*audit.Check{check}, []string{check.ID + ".exempt=shop,tools"})
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			namespace string
			settings  audit.Settings
			exempt    bool
		}{
			{"kube-system", audit.Settings{}, true},
			{"shop", audit.Settings{}, false},
			{"kube-system", named, false},
			{"shop", named, true},
			{"sho", named, false},
		} {
			n := &inventory.Namespace{
				Object:    inventory.Object{Kind: "Namespace", Name: test.namespace},
				Workloads: []*inventory.Workload{{Templates: []*inventory.Template{templateOf(requesting("", ""))}}},
			}
			pass := &audit.Pass{Cluster: &inventory.Inventory{}, Settings: test.settings}
			if got := reflect.DeepEqual(judge(pass, n), audit.NotApplicable()); got != test.exempt {
				t.Errorf("%s of %s: exempt is %v", check.ID, test.namespace, got)
			}
		}
	}
}
