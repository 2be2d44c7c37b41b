package checks

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// What is found in a part of a cluster is found in all of it: the same, or by a
// more specific check.
func TestPartFindsNoMore(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		whole := f
		whole.Part, f.Part = false, true
		about := map[api.Object]bool{}
		for _, finding := range whole.Audit(t, inventory.AllResources(), f.Check).Findings {
			about[api.Object{Kind: finding.Object.Kind, Namespace: finding.Object.Namespace, Name: finding.Object.Name}] = true
		}
		for _, finding := range f.Audit(t, inventory.AllResources(), f.Check).Findings {
			object := api.Object{Kind: finding.Object.Kind, Namespace: finding.Object.Namespace, Name: finding.Object.Name}
			if !about[object] {
				t.Errorf("found only in a part: %s %v: %s", finding.Severity, object, finding.Message)
			}
		}
	})
}

// A check whose findings say that something is missing finds nothing in a part of
// a cluster.
func TestNothingIsMissingInAPart(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		if len(f.Check.Reads.AbsentFrom) == 0 {
			t.Skip("its findings rest on what is there")
		}
		f.Part = true
		if found := f.Audit(t, inventory.AllResources(), f.Check).Findings; len(found) > 0 {
			t.Errorf("%+v", found)
		}
	})
}
