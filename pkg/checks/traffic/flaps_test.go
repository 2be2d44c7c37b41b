package traffic

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestControllerWrites(t *testing.T) {
	own, other := &inventory.EndpointSlice{ManagedBy: inventory.EndpointSliceController}, &inventory.EndpointSlice{ManagedBy: "cilium"}
	for name, test := range map[string]struct {
		slices []*inventory.EndpointSlice
		want   bool
	}{
		"none":               {nil, false},
		"of the controller":  {[]*inventory.EndpointSlice{own, own}, true},
		"of somebody else":   {[]*inventory.EndpointSlice{other}, false},
		"of both":            {[]*inventory.EndpointSlice{own, other}, false},
		"of nobody by label": {[]*inventory.EndpointSlice{{}}, false},
	} {
		if got := controllerWrites(&inventory.Service{Slices: test.slices}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// One pod of four is enough, or two of any number.
func TestMany(t *testing.T) {
	for _, test := range []struct {
		dropped, probed int
		want            bool
	}{{0, 4, false}, {1, 4, true}, {1, 5, false}, {2, 5, true}, {2, 100, true}, {1, 1, true}} {
		f := &flaps{probed: test.probed, dropped: make([]dropping, test.dropped)}
		if got := f.many(&audit.Pass{Now: noon}); got != test.want {
			t.Errorf("%d of %d: %v", test.dropped, test.probed, got)
		}
	}
}

// droppedPod is a pod whose readiness changed so long before noon, with a first failure.
func droppedPod(ready corev1.ConditionStatus, ago, first time.Duration) dropping {
	d := dropping{pod: &inventory.Pod{Ready: inventory.Condition{Status: ready}}, at: noon.Add(-ago)}
	if first > 0 {
		d.failures = probeFailures{count: 1, first: noon.Add(-first)}
	}
	return d
}

func TestSinceTheFirstFailure(t *testing.T) {
	const minute = time.Minute
	for name, test := range map[string]struct {
		dropped []dropping
		want    time.Duration
	}{
		"no Event":             {[]dropping{droppedPod(corev1.ConditionTrue, minute, 0)}, 0},
		"of one of them":       {[]dropping{droppedPod(corev1.ConditionTrue, minute, 0), droppedPod(corev1.ConditionTrue, minute, 9*minute)}, 9 * minute},
		"of the first to fail": {[]dropping{droppedPod(corev1.ConditionTrue, minute, 7*minute), droppedPod(corev1.ConditionTrue, minute, 9*minute), droppedPod(corev1.ConditionTrue, minute, 8*minute)}, 9 * minute},
	} {
		f := &flaps{dropped: test.dropped}
		got := f.since()
		if got.IsZero() != (test.want == 0) || test.want > 0 && !got.Equal(noon.Add(-test.want)) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestFlapsAreOver(t *testing.T) {
	const second, minute, hour = time.Second, time.Minute, time.Hour
	up, down := corev1.ConditionTrue, corev1.ConditionFalse
	for name, test := range map[string]struct {
		dropped []dropping
		writes  sliceWrites
		want    bool
	}{
		"not while one is down": {
			[]dropping{droppedPod(up, hour, 2*hour), droppedPod(down, hour, 2*hour)}, sliceWrites{age: 10 * minute}, false,
		},
		"a third of the time in which it flapped": {
			[]dropping{droppedPod(up, 10*minute+second, 40*minute+second)}, sliceWrites{age: hour}, true,
		},
		"not yet a third of that": {[]dropping{droppedPod(up, 10*minute, 40*minute)}, sliceWrites{age: hour}, false},
		"without Events, the age of the slices": {
			[]dropping{droppedPod(up, 10*minute+second, 0)}, sliceWrites{age: 10 * minute}, true,
		},
		"without Events, not yet": {[]dropping{droppedPod(up, 10*minute, 0)}, sliceWrites{age: 10 * minute}, false},
		// Two pods may flap 24 times an hour: each every 5 minutes.
		"three flaps of each": {
			[]dropping{droppedPod(up, 15*minute+second, 0), droppedPod(up, hour, 0)}, sliceWrites{age: 5 * hour, upperPerHour: 24}, true,
		},
		"not yet three flaps": {
			[]dropping{droppedPod(up, 15*minute, 0), droppedPod(up, hour, 0)}, sliceWrites{age: 5 * hour, upperPerHour: 24}, false,
		},
		"no flap is possible by the writes": {[]dropping{droppedPod(up, hour, 0)}, sliceWrites{age: 50 * minute}, true},
		"a minute at least":                 {[]dropping{droppedPod(up, minute, 61*second)}, sliceWrites{age: hour}, false},
		"more than a minute":                {[]dropping{droppedPod(up, 61*second, 62*second)}, sliceWrites{age: hour}, true},
	} {
		f := &flaps{dropped: test.dropped, writes: test.writes}
		if got := f.over(&audit.Pass{Now: noon}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
