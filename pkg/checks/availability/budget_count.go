package availability

import (
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// count says how many pods a budget has and how many it lets go.
type count struct{ expected, healthy, desired, allowed int32 }

// countOf returns the count of the controller or, for a manifest, a count of all
// its pods as if they ran. It is nil if neither is known.
func countOf(b *inventory.PodDisruptionBudget) *count {
	switch s := b.Status; {
	case s.ObservedGeneration < b.Generation:
		return nil
	case s.ObservedGeneration > 0:
		return &count{s.ExpectedPods, s.CurrentHealthy, s.DesiredHealthy, s.DisruptionsAllowed}
	}
	expected := int32(0)
	for _, w := range b.Workloads {
		if w.Replicas == nil {
			return nil
		}
		expected += *w.Replicas
	}
	desired := expected
	var err error
	scaled := 0
	switch {
	case b.MinAvailable != nil:
		scaled, err = intstr.GetScaledValueFromIntOrPercent(b.MinAvailable, int(expected), true)
		desired = int32(scaled)
	case b.MaxUnavailable != nil:
		scaled, err = intstr.GetScaledValueFromIntOrPercent(b.MaxUnavailable, int(expected), true)
		desired = expected - int32(scaled)
	}
	if err != nil {
		return nil
	}
	return &count{expected: expected, healthy: expected, desired: desired, allowed: max(expected-desired, 0)}
}

// limitText names the budget's limit.
func limitText(b *inventory.PodDisruptionBudget) string {
	switch {
	case b.MinAvailable != nil:
		return "minAvailable " + b.MinAvailable.String()
	case b.MaxUnavailable != nil:
		return "maxUnavailable " + b.MaxUnavailable.String()
	}
	return "neither minAvailable nor maxUnavailable"
}
