package traffic

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// What scaled to zero may scale up again is no person.
func TestZeroHolder(t *testing.T) {
	custom := &inventory.Owner{APIVersion: "serving.knative.dev/v1", Kind: "Revision", Name: "web"}
	scaled := &inventory.Owner{APIVersion: "keda.sh/v1alpha1", Kind: "ScaledObject", Name: "web"}
	known := &inventory.Owner{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"}
	autoscaler := func(min int32, owner *inventory.Owner) *inventory.HorizontalPodAutoscaler {
		h := &inventory.HorizontalPodAutoscaler{Min: min}
		h.APIVersion, h.Kind, h.Name, h.Owner = "autoscaling/v2", "HorizontalPodAutoscaler", "scaler", owner
		return h
	}
	for name, test := range map[string]struct {
		autoscalers        []*inventory.HorizontalPodAutoscaler
		ofWorkload, ofSelf *inventory.Owner
		want               string
	}{
		"a person":                                {nil, nil, nil, ""},
		"a person, over an autoscaler":            {[]*inventory.HorizontalPodAutoscaler{autoscaler(1, nil)}, nil, nil, ""},
		"an autoscaler that may":                  {[]*inventory.HorizontalPodAutoscaler{autoscaler(0, nil)}, nil, nil, "HorizontalPodAutoscaler scaler"},
		"a custom resource with an autoscaler":    {[]*inventory.HorizontalPodAutoscaler{autoscaler(1, scaled)}, nil, nil, "ScaledObject web"},
		"it comes before the workload's":          {[]*inventory.HorizontalPodAutoscaler{autoscaler(0, scaled)}, custom, nil, "ScaledObject web"},
		"a custom resource above the workload":    {nil, custom, nil, "Revision web"},
		"one above the Service":                   {nil, nil, custom, "Revision web"},
		"the workload's before the Service's":     {nil, scaled, custom, "ScaledObject web"},
		"a resource of Kubernetes is no operator": {nil, known, nil, ""},
	} {
		got := ""
		w := &inventory.Workload{Autoscalers: test.autoscalers}
		w.Owner = test.ofWorkload
		s := &inventory.Service{}
		s.Owner = test.ofSelf
		if holder := zeroHolder(s, w); holder != nil {
			got = holder.Kind + " " + holder.Name
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Only if something may scale all of its workloads up again is nothing wrong.
func TestScaledToZero(t *testing.T) {
	held, left := &inventory.Workload{}, &inventory.Workload{}
	held.Owner = &inventory.Owner{APIVersion: "serving.knative.dev/v1", Kind: "Revision", Name: "web"}
	for name, test := range map[string]struct {
		workloads []*inventory.Workload
		want      api.Severity
	}{
		"by a person":              {[]*inventory.Workload{left}, api.High},
		"by an operator":           {[]*inventory.Workload{held, held}, api.Info},
		"by both":                  {[]*inventory.Workload{held, left}, api.High},
		"by both, the other first": {[]*inventory.Workload{left, held}, api.High},
	} {
		if got := scaledToZero(&inventory.Service{Workloads: test.workloads}); got.Severity != test.want {
			t.Errorf("%s: %s, want %s", name, got.Severity, test.want)
		}
	}
}
