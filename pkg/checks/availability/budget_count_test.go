package availability

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The controller counts the pods of a budget. For a manifest they are counted as it would.
func TestCountOf(t *testing.T) {
	number := func(text string) *intstr.IntOrString {
		n := intstr.Parse(text)
		return &n
	}
	counted := policyv1.PodDisruptionBudgetStatus{ObservedGeneration: 2, ExpectedPods: 5, CurrentHealthy: 4, DesiredHealthy: 3, DisruptionsAllowed: 1}
	replicas := func(numbers ...int32) []*inventory.Workload {
		var all []*inventory.Workload
		for _, n := range numbers {
			all = append(all, &inventory.Workload{Replicas: &n})
		}
		return all
	}
	for name, test := range map[string]struct {
		budget inventory.PodDisruptionBudget
		want   *count
	}{
		"by the controller":               {inventory.PodDisruptionBudget{Generation: 2, Status: counted, MinAvailable: number("1")}, &count{5, 4, 3, 1}},
		"before the spec changed":         {inventory.PodDisruptionBudget{Generation: 3, Status: counted}, nil},
		"at least one of two":             {inventory.PodDisruptionBudget{MinAvailable: number("1"), Workloads: replicas(2)}, &count{2, 2, 1, 1}},
		"at least one of one":             {inventory.PodDisruptionBudget{MinAvailable: number("1"), Workloads: replicas(1)}, &count{1, 1, 1, 0}},
		"more than there are":             {inventory.PodDisruptionBudget{MinAvailable: number("5"), Workloads: replicas(2)}, &count{2, 2, 5, 0}},
		"half, rounded up":                {inventory.PodDisruptionBudget{MinAvailable: number("51%"), Workloads: replicas(2)}, &count{2, 2, 2, 0}},
		"one unavailable":                 {inventory.PodDisruptionBudget{MaxUnavailable: number("1"), Workloads: replicas(3)}, &count{3, 3, 2, 1}},
		"a share unavailable, rounded":    {inventory.PodDisruptionBudget{MaxUnavailable: number("10%"), Workloads: replicas(3)}, &count{3, 3, 2, 1}},
		"none unavailable":                {inventory.PodDisruptionBudget{MaxUnavailable: number("0"), Workloads: replicas(3)}, &count{3, 3, 3, 0}},
		"neither":                         {inventory.PodDisruptionBudget{Workloads: replicas(3)}, &count{3, 3, 3, 0}},
		"of two workloads":                {inventory.PodDisruptionBudget{MinAvailable: number("1"), Workloads: replicas(2, 1)}, &count{3, 3, 1, 2}},
		"of none":                         {inventory.PodDisruptionBudget{MinAvailable: number("1")}, &count{0, 0, 1, 0}},
		"of one that does not say":        {inventory.PodDisruptionBudget{MinAvailable: number("1"), Workloads: []*inventory.Workload{{}}}, nil},
		"a limit that is no number":       {inventory.PodDisruptionBudget{MinAvailable: number("half"), Workloads: replicas(2)}, nil},
		"another limit that is no number": {inventory.PodDisruptionBudget{MaxUnavailable: number("half"), Workloads: replicas(2)}, nil},
	} {
		got := countOf(&test.budget)
		switch {
		case (got == nil) != (test.want == nil), got != nil && *got != *test.want:
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// Two budgets are in each other's way if both select a pod that somebody may evict or, where
// none runs, the pods to come.
func TestAlsoSelecting(t *testing.T) {
	for name, test := range map[string]struct {
		change func(w *inventory.Workload, self, other *inventory.PodDisruptionBudget)
		want   bool
	}{
		"a pod": {func(*inventory.Workload, *inventory.PodDisruptionBudget, *inventory.PodDisruptionBudget) {}, true},
		"only one of them does": {func(_ *inventory.Workload, _, other *inventory.PodDisruptionBudget) {
			other.Pods = nil
		}, false},
		"only the other does": {func(_ *inventory.Workload, self, _ *inventory.PodDisruptionBudget) {
			self.Pods = nil
		}, false},
		"a pod that is going": {func(w *inventory.Workload, _, _ *inventory.PodDisruptionBudget) {
			w.Pods[0].Deletion = &inventory.Deletion{}
		}, false},
		"a pod that has ended": {func(w *inventory.Workload, _, _ *inventory.PodDisruptionBudget) {
			w.Pods[0].Phase = corev1.PodSucceeded
		}, true},
		"no pod runs": {func(w *inventory.Workload, _, _ *inventory.PodDisruptionBudget) {
			w.Pods = nil
		}, true},
		"the other is going": {func(_ *inventory.Workload, _, other *inventory.PodDisruptionBudget) {
			other.Deletion = &inventory.Deletion{}
		}, false},
		"there is no other": {func(w *inventory.Workload, self, _ *inventory.PodDisruptionBudget) {
			w.Budgets = []*inventory.PodDisruptionBudget{self}
		}, false},
	} {
		pod := &inventory.Pod{Object: inventory.Object{Namespace: "shop", Name: "web-1"}}
		self, other := &inventory.PodDisruptionBudget{Pods: []*inventory.Pod{pod}}, &inventory.PodDisruptionBudget{Pods: []*inventory.Pod{pod}}
		w := &inventory.Workload{Pods: []*inventory.Pod{pod}, Budgets: []*inventory.PodDisruptionBudget{self, other}}
		self.Workloads = []*inventory.Workload{w}
		test.change(w, self, other)
		if got := alsoSelecting(self); (got == other) != test.want || got != nil && got != other {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
