package checks

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A check that reads what it does not declare would find less once only the
// declared resources are listed.
func TestDeclaredResourcesSuffice(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		all := f.audit(t, inventory.AllResources(), f.check)
		declared := f.audit(t, f.check.Resources(), f.check)
		if diff := cmp.Diff(all.Findings, declared.Findings); diff != "" {
			t.Errorf("with only %v read (-all +declared):\n%s", f.check.Resources(), diff)
		}
		if diff := cmp.Diff(all.Checks, declared.Checks); diff != "" {
			t.Errorf("with only %v read (-all +declared):\n%s", f.check.Resources(), diff)
		}
	})
}

// A resource that no fixture needs is declared in vain: it would be listed, and
// asked for in the ClusterRole, for nothing. The controllers count as one: they
// only name workloads.
func TestDeclaredResourcesAreRead(t *testing.T) {
	matters := map[string]map[inventory.Resource]bool{}
	eachFixture(t, func(t *testing.T, f fixture) {
		if matters[f.check.ID] == nil {
			matters[f.check.ID] = map[inventory.Resource]bool{}
		}
		for _, group := range resourceGroups(f.check) {
			if !cmp.Equal(f.without(t, nil), f.without(t, group)) {
				matters[f.check.ID][group[0]] = true
			}
		}
	})
	for _, check := range All() {
		for _, group := range resourceGroups(check) {
			if !matters[check.ID][group[0]] {
				t.Errorf("%s: no fixture depends on %v", check.ID, group)
			}
		}
	}
}

func resourceGroups(c *audit.Check) [][]inventory.Resource {
	var groups [][]inventory.Resource
	var controllers []inventory.Resource
	for _, r := range slices.Concat(c.Needs, c.Uses) {
		if slices.Contains(inventory.Controllers, r) {
			controllers = append(controllers, r)
		} else {
			groups = append(groups, []inventory.Resource{r})
		}
	}
	if controllers != nil {
		groups = append(groups, controllers)
	}
	return groups
}

// without audits the fixture as if the cluster held no objects of some
// resources.
func (f fixture) without(t *testing.T, missing []inventory.Resource) any {
	t.Helper()
	kept := slices.DeleteFunc(f.check.Resources(), func(r inventory.Resource) bool { return slices.Contains(missing, r) })
	inv := f.read(t, kept)
	for _, r := range missing {
		inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
	}
	r := audit.Run(inv, audit.Options{Checks: []*audit.Check{f.check}, Now: now})
	return []any{r.Findings, r.Checks}
}

// With nothing readable, no check may pass.
func TestNothingReadIsNoPass(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		inv := f.read(t, nil)
		inv.Reads = nil
		for _, outcome := range audit.Run(inv, audit.Options{Checks: All(), Now: now}).Checks {
			if outcome.Outcome != "unknown" {
				t.Errorf("%s: %s although nothing was read", outcome.ID, outcome.Outcome)
			}
		}
	})
}
