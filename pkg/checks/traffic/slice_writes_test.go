package traffic

import (
	"testing"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestExplainedWrites(t *testing.T) {
	for name, test := range map[string]struct {
		h    history
		want int64
	}{
		"nothing but housekeeping":              {history{}, 2},
		"pods that started":                     {history{pods: 3}, 2*3 + 2},
		"one of them lost readiness once":       {history{pods: 3, moved: 1}, 2*3 + 2 + 2},
		"all of them did":                       {history{pods: 3, moved: 3}, 2*3 + 2*3 + 2},
		"containers restarted":                  {history{pods: 2, restarts: 5}, 2*2 + 3*5 + 2},
		"with their node, which is up a minute": {history{pods: 2, moved: 2, withNode: true, age: time.Minute}, 2*2 + 2*2 + 2},
		"with their node, after 10 minutes":     {history{pods: 2, moved: 2, withNode: true, age: 10 * time.Minute}, 2*2 + 2*2*2 + 2},
		"with their node, after hours":          {history{pods: 2, moved: 2, withNode: true, age: 5 * time.Hour}, 2*2 + 2*2*3 + 2},
		"with their node, after 10 days":        {history{pods: 2, moved: 2, withNode: true, age: 240 * time.Hour}, 2*2 + 2*2*13 + 2 + 10},
		"nodes came and went for 3 hours":       {history{pods: 2, perNode: true, age: 3 * time.Hour}, 2*2 + 5*2*3 + 2},
		"whose controller was not read":         {history{pods: 2, unowned: true}, 2*2 + 5*4 + 2},
		"in two slices":                         {history{pods: 150, moved: 1, slices: 2}, 2*(2*150+2) + 2},
		"for a year":                            {history{pods: 2, slices: 1, age: 365 * 24 * time.Hour}, 2*2 + 2 + 365},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.h.explainedWrites(); got != test.want {
				t.Errorf("%d writes are explained, want %d", got, test.want)
			}
		})
	}
}

// slice was created before the time of the tests, and has been written as often.
func slice(family discoveryv1.AddressType, ago time.Duration, writes int64, endpoints int) *inventory.EndpointSlice {
	s := &inventory.EndpointSlice{AddressType: family, Generation: 1 + writes, Endpoints: make([]inventory.Endpoint, endpoints)}
	if ago > 0 {
		s.Created = audittest.Now.Add(-ago)
	}
	return s
}

// servedBy is a Service with one pod of a Deployment, created before the time of the tests.
func servedBy(ago time.Duration, slices ...*inventory.EndpointSlice) *inventory.Service {
	w := &inventory.Workload{Object: inventory.Object{Kind: "Deployment"}, Existence: inventory.Existence{State: inventory.Listed}}
	pod := &inventory.Pod{Object: inventory.Object{Created: audittest.Now.Add(-ago)}, Workload: w}
	return &inventory.Service{Pods: []*inventory.Pod{pod}, Workloads: []*inventory.Workload{w}, Slices: slices}
}

func TestWritesOf(t *testing.T) {
	const v4, v6 = discoveryv1.AddressTypeIPv4, discoveryv1.AddressTypeIPv6
	for name, test := range map[string]struct {
		service *inventory.Service
		want    sliceWrites
	}{
		"no slice":             {servedBy(time.Hour), sliceWrites{}},
		"without a beginning":  {servedBy(time.Hour, slice(v4, 0, 9, 1)), sliceWrites{}},
		"all that starts make": {servedBy(time.Hour, slice(v4, time.Hour, 4, 1)), sliceWrites{4, time.Hour, false, 1.5}},
		"one more":             {servedBy(time.Hour, slice(v4, time.Hour, 5, 1)), sliceWrites{5, time.Hour, true, 2}},
		"in two hours":         {servedBy(2*time.Hour, slice(v4, 2*time.Hour, 5, 1)), sliceWrites{5, 2 * time.Hour, true, 1}},
		"fewer than endpoints": {servedBy(time.Hour, slice(v4, time.Hour, 1, 3)), sliceWrites{1, time.Hour, false, 0}},
		"created by a clock that runs ahead": {servedBy(time.Hour, &inventory.EndpointSlice{
			Object: inventory.Object{Created: audittest.Now.Add(time.Second)}, AddressType: v4, Generation: 4,
		}), sliceWrites{3, 0, false, 0}},
		"created now": {servedBy(time.Hour, slice(v4, time.Nanosecond, 0, 1)), sliceWrites{}},
		"the sum of two, since the older": {
			servedBy(2*time.Hour, slice(v4, time.Hour, 9, 1), slice(v4, 2*time.Hour, 9, 1)), sliceWrites{18, 2 * time.Hour, true, 4},
		},
		"of two, since the first": {
			servedBy(2*time.Hour, slice(v4, 2*time.Hour, 9, 1), slice(v4, time.Hour, 9, 1)), sliceWrites{18, 2 * time.Hour, true, 4},
		},
		"the family that is written most": {
			servedBy(time.Hour, slice(v6, time.Hour, 7, 1), slice(v4, time.Hour, 9, 1), slice(v6, time.Hour, 1, 1)),
			sliceWrites{9, time.Hour, true, 4},
		},
		"a pod that is younger": {servedBy(30*time.Minute, slice(v4, time.Hour, 9, 1)), sliceWrites{9, time.Hour, false, 4}},
		"a little younger":      {servedBy(54*time.Minute, slice(v4, time.Hour, 9, 1)), sliceWrites{9, time.Hour, true, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := writesOf(&audit.Pass{Now: audittest.Now}, test.service, 0, false); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestHistoryOf(t *testing.T) {
	service := servedBy(time.Hour)
	if got, want := historyOf(service, 1, time.Hour), (history{pods: 1, slices: 1, age: time.Hour}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	pod := service.Pods[0]
	pod.Workload.Kind, pod.Workload.Existence.State = "DaemonSet", inventory.Gone
	for kind, restarts := range map[inventory.ContainerKind]int32{inventory.App: 3, inventory.Sidecar: 2, inventory.Ephemeral: 7} {
		pod.Containers = append(pod.Containers, inventory.Container{
			ContainerIdentity: &inventory.ContainerIdentity{Kind: kind}, Restarts: restarts,
		})
	}
	want := history{pods: 1, restarts: 5, perNode: true, unowned: true, slices: 2, age: time.Hour}
	if got := historyOf(service, 2, time.Hour); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Nothing is proved by writes for pods that came and went.
func TestAlwaysThere(t *testing.T) {
	created := audittest.Now.Add(-time.Hour)
	if !alwaysThere(servedBy(time.Hour), created, time.Hour) {
		t.Error("a pod as old as its slice was there")
	}
	if alwaysThere(&inventory.Service{}, created, time.Hour) {
		t.Error("without pods nothing was there")
	}
	revised := servedBy(time.Hour)
	revised.Workloads[0].Revised = 1
	if alwaysThere(revised, created, time.Hour) {
		t.Error("a revision replaced the pods")
	}
}
