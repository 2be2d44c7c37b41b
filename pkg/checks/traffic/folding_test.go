package traffic

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// One cause, one finding: the other check is named in it.
func TestFolding(t *testing.T) {
	for _, test := range []struct {
		speaks          *audit.Check
		folded, example string
	}{
		{ServiceWithoutEndpoints, "service-selects-nothing", "edge-selects-nothing"},
		{ServiceEndpointsPartial, "service-single-endpoint", "bad"},
	} {
		t.Run(test.speaks.ID, func(t *testing.T) {
			found := audittest.Load(t, test.speaks, "testdata", test.example).Audit(t, inventory.AllResources(), Checks...).Findings
			if len(found) != 1 || found[0].Check != test.speaks.ID || !slices.Equal(found[0].Folded, []string{test.folded}) {
				t.Errorf("findings %+v", found)
			}
		})
	}
}
