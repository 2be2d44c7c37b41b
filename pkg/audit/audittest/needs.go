package audittest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// declared requires that the check finds the same if only the resources that it
// declares are listed.
func (f Fixture) declared(t *testing.T) {
	all := f.Audit(t, inventory.AllResources(), f.Check)
	declared := f.Audit(t, f.Check.Resources(), f.Check)
	if diff := cmp.Diff(outcome(all), outcome(declared)); diff != "" {
		t.Errorf("it reads more than it declares: with only %v read (-all +declared):\n%s", f.Check.Resources(), diff)
	}
}

// outcome returns the parts of a report that depend on the objects in a cluster,
// which have no lines.
func outcome(r *api.Report) []any {
	for i := range r.Findings {
		r.Findings[i].Source = nil
	}
	return []any{r.Findings, r.Checks}
}

// needed requires that some fixture depends on each resource that the check
// declares. Otherwise audits would list the resource, and the ClusterRole would
// ask for it, for nothing. The controllers count as one, because they only name
// workloads.
func needed(t *testing.T, check *audit.Check, fixtures []Fixture) {
	for _, group := range groups(check) {
		if !slices.ContainsFunc(fixtures, func(f Fixture) bool {
			return !cmp.Equal(f.without(t, nil), f.without(t, group))
		}) {
			t.Errorf("no fixture depends on %v", group)
		}
	}
}

func groups(c *audit.Check) [][]inventory.Resource {
	var groups [][]inventory.Resource
	var controllers []inventory.Resource
	for _, r := range slices.Concat(c.Reads.Needs, c.Reads.AbsentFrom, c.Reads.Optional) {
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

// without audits the fixture as if the cluster contained no objects of some
// resources.
func (f Fixture) without(t *testing.T, missing []inventory.Resource) []any {
	kept := slices.DeleteFunc(f.Check.Resources(), func(r inventory.Resource) bool { return slices.Contains(missing, r) })
	inv := f.Read(t, kept)
	for _, r := range missing {
		inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
	}
	return outcome(audit.Run(inv, audit.Options{Checks: []*audit.Check{f.Check}, Now: Now}))
}

// unread requires that the check does not pass if nothing could be read.
func (f Fixture) unread(t *testing.T) {
	inv := f.Read(t, nil)
	inv.Reads = nil
	r := audit.Run(inv, audit.Options{Checks: []*audit.Check{f.Check}, Now: Now})
	if got := r.Checks[0].Outcome; got != api.Unknown {
		t.Errorf("the outcome is %s although nothing was read", got)
	}
}
