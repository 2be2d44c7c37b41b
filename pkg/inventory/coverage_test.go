package inventory

import "testing"

// Resource and namespace decide whether a claim may rest on absence.
func TestCompleteIn(t *testing.T) {
	gaps := &Inventory{Reads: []Read{
		{Resource: Services, State: Partial, Reason: "forbidden", Namespaces: 2, Gaps: []Gap{{Namespace: "billing", Reason: "forbidden"}}},
		{Resource: Pods, State: Complete},
		{Resource: Jobs, State: Partial, Reason: "timed out"},
		{Resource: Nodes, State: Complete},
	}}
	one := &Inventory{Scope: Scope{Namespaces: []string{"shop"}}, Reads: gaps.Reads}
	part := &Inventory{Part: true, Reads: gaps.Reads}
	for _, test := range []struct {
		name           string
		inv            *Inventory
		namespace      string
		resources      []Resource
		read, complete bool
		why            string
	}{
		{"a namespace without a gap", gaps, "shop", []Resource{Pods, Services}, true, true, ""},
		{"a gap", gaps, "billing", []Resource{Pods, Services}, false, false, "services: read in 1 of 2 namespaces, forbidden"},
		{"all namespaces", gaps, "", []Resource{Services}, false, false, "services: read in 1 of 2 namespaces, forbidden"},
		{"a list that ended", gaps, "shop", []Resource{Jobs}, false, false, "jobs.batch: read in part, timed out"},
		{"not asked for", gaps, "shop", []Resource{Secrets}, false, false, "secrets: not read"},
		{"the only namespace", one, "shop", []Resource{Pods}, true, true, ""},
		{"another namespace", one, "billing", []Resource{Pods}, true, false, "pods: read in namespace shop only"},
		{"nodes have no namespace", one, "", []Resource{Nodes}, true, true, ""},
		{"files", part, "shop", []Resource{Pods}, true, false, PartOfCluster},
		{"nothing is asked", part, "shop", nil, true, true, ""},
	} {
		if got := test.inv.ReadIn(test.namespace, test.resources...); got != test.read {
			t.Errorf("%s: read: %v", test.name, got)
		}
		if got := test.inv.CompleteIn(test.namespace, test.resources...); got != test.complete {
			t.Errorf("%s: complete: %v", test.name, got)
		}
		if got := test.inv.WhyIncomplete(test.namespace, test.resources...); got != test.why {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}
