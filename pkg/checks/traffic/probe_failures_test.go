package traffic

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The pod started 10 minutes before noon.
func TestFailuresOf(t *testing.T) {
	told := func(kind inventory.ProbeKind, count int32, first, last time.Duration, detail string) *inventory.Event {
		return &inventory.Event{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web"}, Count: count, First: noon.Add(-first), Last: noon.Add(-last),
			Probe: &inventory.ProbeFailure{Kind: kind, Detail: detail},
		}
	}
	const minute = time.Minute
	pod := &inventory.Pod{Object: inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web"}}
	for name, test := range map[string]struct {
		events []*inventory.Event
		want   probeFailures
	}{
		"none": {nil, probeFailures{}},
		"one":  {[]*inventory.Event{told(inventory.Readiness, 3, 5*minute, 2*minute, "refused")}, probeFailures{3, noon.Add(-5 * minute), noon.Add(-2 * minute), "refused"}},
		"several": {[]*inventory.Event{
			told(inventory.Readiness, 3, 5*minute, 2*minute, "refused"), told(inventory.Readiness, 2, 8*minute, 4*minute, "503"), told(inventory.Readiness, 1, minute, minute, "500"),
		}, probeFailures{6, noon.Add(-8 * minute), noon.Add(-minute), "500"}},
		"at the start":         {[]*inventory.Event{told(inventory.Readiness, 3, 20*minute, 10*minute, "refused")}, probeFailures{3, noon.Add(-20 * minute), noon.Add(-10 * minute), "refused"}},
		"before the start":     {[]*inventory.Event{told(inventory.Readiness, 3, 20*minute, 10*minute+time.Second, "refused")}, probeFailures{}},
		"of another probe":     {[]*inventory.Event{told(inventory.Liveness, 3, 5*minute, 2*minute, "refused")}, probeFailures{}},
		"an Event of no probe": {[]*inventory.Event{{Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web"}, Count: 3, First: noon, Last: noon}}, probeFailures{}},
	} {
		p := &audit.Pass{Cluster: &inventory.Inventory{Events: test.events}, Now: noon}
		if got := failuresOf(p, pod, noon.Add(-10*minute)); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// The probe runs every 10 s, and three failures in a row take readiness away. The pod must
// have been ready 50 minutes before noon, and changed a minute before noon.
func TestRepeated(t *testing.T) {
	const second, minute = time.Second, time.Minute
	up, down := corev1.ConditionTrue, corev1.ConditionFalse
	for name, test := range map[string]struct {
		ready       corev1.ConditionStatus
		calm        time.Duration
		count       int
		first, last time.Duration
		want        bool
	}{
		// It takes six failures in more than 90 s.
		"two losses":                                  {up, minute, 6, 10 * minute, 10*minute - 91*second, true},
		"within the time of one":                      {up, minute, 6, 10 * minute, 10*minute - 90*second, false},
		"fewer failures than two losses take":         {up, minute, 5, 10 * minute, 10*minute - 91*second, false},
		"one loss, in which each probe fails":         {up, minute, 11, 10 * minute, 10*minute - 100*second, false},
		"in which nearly each fails":                  {up, minute, 9, 10 * minute, 10*minute - 100*second, false},
		"in which readiness came back":                {up, minute, 8, 10 * minute, 10*minute - 91*second, true},
		"for as long as it must have been ready":      {up, minute, 30, 50 * minute, 2 * minute, true},
		"for longer, with the failures of its start":  {up, minute, 30, 60 * minute, 2 * minute, false},
		"for longer, and just now":                    {up, 5 * minute, 150, 60 * minute, 6 * minute, true},
		"for longer, and calm for too long":           {up, 13 * minute, 150, 60 * minute, 14 * minute, false},
		"for longer, and calm for exactly that":       {up, 750 * second, 150, 60 * minute, 14 * minute, true},
		"down, after an earlier loss":                 {down, minute, 12, 10 * minute, 30 * second, true},
		"down, with another loss before this one":     {down, minute, 10, 10 * minute, 30 * second, true},
		"down, fewer than another loss takes":         {down, minute, 9, 10 * minute, 30 * second, false},
		"down, and the first failure not well before": {down, minute, 20, 2 * minute, 20 * second, false},
		"down, and the first failure well before":     {down, minute, 20, 2*minute + second, 20 * second, true},
	} {
		d := &dropping{
			pod: &inventory.Pod{Ready: inventory.Condition{Status: test.ready}}, at: noon.Add(-test.calm), calm: test.calm, readyBy: noon.Add(-50 * minute),
			window: 30 * second, interval: 10 * second, threshold: 3,
			failures: probeFailures{count: test.count, first: noon.Add(-test.first), last: noon.Add(-test.last)},
		}
		if got := d.repeated(); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
