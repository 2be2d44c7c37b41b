package audit

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A report names each namespace in which a resource was not read. Coverage
// counts them, and the output for people sums them up.
func TestIncompleteByNamespace(t *testing.T) {
	inv := cluster("web")
	inv.Scope = inventory.Scope{}
	i := slices.IndexFunc(inv.Reads, func(r inventory.Read) bool { return r.Resource == inventory.Pods })
	inv.Reads[i] = inventory.Read{
		Resource: inventory.Pods, State: inventory.Partial, Reason: "forbidden", Namespaces: 4,
		Gaps: []inventory.Gap{
			{Namespace: "a", Reason: "forbidden", Detail: "no"},
			{Namespace: "b", Reason: "forbidden", Detail: "no", Partial: true},
		},
	}
	r := run1(inv, failing("a", api.High, nil))
	want := []api.Incomplete{
		{Resource: "pods", Namespace: "a", Reason: "forbidden", Detail: "no"},
		{Resource: "pods", Namespace: "b", Reason: "forbidden", Detail: "no", Partial: true},
	}
	if diff := cmp.Diff(want, r.Incomplete); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// Half of the namespaces lack pods; the controllers are complete.
	resources := float64(len(Resources([]*Check{failing("a", api.High, nil)})))
	if want := (resources - 0.5) / resources; r.Summary.Coverage < want-0.01 || r.Summary.Coverage > want {
		t.Errorf("coverage %v, want %v", r.Summary.Coverage, want)
	}
	if got := r.Checks[0].Reason; got != "pods: read in 2 of 4 namespaces, forbidden" {
		t.Errorf("reason %q", got)
	}
	if got := (Gate{RequireComplete: true}).Missing(r); !slices.Equal(got, []string{"pods: forbidden"}) {
		t.Errorf("missing %q", got)
	}
}

// Secrets that nobody asked for were left out on purpose. Anything else that is not read
// is missing.
func TestSecretsAreLeftOutOnPurpose(t *testing.T) {
	check := failing("a", api.High, nil)
	check.Reads.Optional = []inventory.Resource{inventory.Secrets, inventory.Events}
	without := func(resources ...inventory.Resource) *inventory.Inventory {
		inv := cluster("web")
		inv.Reads = slices.DeleteFunc(inv.Reads, func(r inventory.Read) bool { return slices.Contains(resources, r.Resource) })
		return inv
	}
	for name, test := range map[string]struct {
		inv  *inventory.Inventory
		want []string
	}{
		"all are read":         {cluster("web"), nil},
		"nobody asked":         {without(inventory.Secrets, inventory.Events), []string{"events"}},
		"they were forbidden":  {unread(cluster("web"), inventory.Secrets, inventory.Unreadable, "forbidden"), []string{"secrets"}},
		"others are forbidden": {unread(cluster("web"), inventory.Events, inventory.Unreadable, "forbidden"), []string{"events"}},
	} {
		var got []string
		for _, i := range run1(test.inv, check).Incomplete {
			got = append(got, i.Resource)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// A check that has nothing to ask in a scope does not count in its coverage.
func TestCoverageOfAnotherScope(t *testing.T) {
	nodes := &Check{ID: "b", Severity: api.Critical, Judge: Over(Nodes, func(*Pass, *inventory.Node) Verdict { return Faults() })}
	r := run1(unread(cluster(), inventory.Pods, inventory.Unreadable, "forbidden"), failing("a", api.High, nil, inventory.Pods), nodes)
	if r.Summary.Coverage != 0 {
		t.Errorf("coverage %v of a namespace in which nothing was read", r.Summary.Coverage)
	}
}
