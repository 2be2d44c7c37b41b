package audit

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Whether a Service sends requests to a workload is only known with its consumers.
func TestConsumersAreRead(t *testing.T) {
	services := Reads{Optional: []inventory.Resource{inventory.Services}}
	for name, test := range map[string]struct {
		check Check
		want  bool
	}{
		"workloads and Services": {Check{Judge: Over(Workloads, func(*Pass, *inventory.Workload) Verdict { return Faults() }), Reads: services}, true},
		"workloads even if they are deleted": {
			Check{Judge: Over(WorkloadsEvenDeleting, func(*Pass, *inventory.Workload) Verdict { return Faults() }), Reads: services}, true},
		"workloads alone": {Check{Judge: Over(Workloads, func(*Pass, *inventory.Workload) Verdict { return Faults() })}, false},
		"Services":        {Check{Judge: Over(Services, func(*Pass, *inventory.Service) Verdict { return Faults() })}, false},
	} {
		if got := slices.Contains(test.check.Resources(), inventory.Ingresses); got != test.want {
			t.Errorf("%s: %q", name, test.check.Resources())
		}
	}
}

// Lines of a file are kept for the fields that findings may be about, each once.
func TestRequestedFields(t *testing.T) {
	checks := []*Check{{Field: "resources.limits"}, {}, {Field: "image"}, {Field: "resources.limits"}}
	if got := Request(checks, inventory.Scope{}).Fields; !slices.Equal(got, []string{"image", "resources.limits"}) {
		t.Errorf("%q", got)
	}
}
