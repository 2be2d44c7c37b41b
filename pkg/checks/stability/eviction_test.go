package stability

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// lostPod failed so long before noon.
func lostPod(ago time.Duration) *inventory.Pod {
	return &inventory.Pod{Phase: corev1.PodFailed, PodException: &inventory.PodException{
		Reason: "Evicted", Disrupted: inventory.Condition{Status: corev1.ConditionTrue, Since: noon.Add(-ago)},
	}}
}

func TestEvictionReason(t *testing.T) {
	disrupted := func(reason string) *inventory.PodException {
		return &inventory.PodException{Disrupted: inventory.Condition{Status: corev1.ConditionTrue, Reason: reason}}
	}
	ran := []inventory.Container{{ContainerException: &inventory.ContainerException{Ended: &inventory.Termination{ExitCode: 1}}}}
	for _, test := range []struct {
		name       string
		phase      corev1.PodPhase
		exception  *inventory.PodException
		containers []inventory.Container
		want       string
	}{
		{"still running", corev1.PodRunning, &inventory.PodException{Reason: "Evicted"}, ran, ""},
		{"evicted by its node", corev1.PodFailed, &inventory.PodException{Reason: "Evicted"}, ran, "Evicted"},
		{"rejected", corev1.PodFailed, &inventory.PodException{Reason: "OutOfmemory"}, nil, "OutOfmemory"},
		{"rejected for a reason of its own", corev1.PodFailed, &inventory.PodException{Reason: "SMTAlignmentError"}, nil, "SMTAlignmentError"},
		{"preempted", corev1.PodFailed, disrupted("PreemptionByScheduler"), ran, "PreemptionByScheduler"},
		{"drained", corev1.PodFailed, disrupted("EvictionByEvictionAPI"), ran, ""},
		{"past its deadline", corev1.PodFailed, &inventory.PodException{Reason: "DeadlineExceeded"}, nil, ""},
		{"failed by itself", corev1.PodFailed, &inventory.PodException{}, ran, ""},
	} {
		pod := &inventory.Pod{Phase: test.phase, PodException: test.exception, Containers: test.containers}
		if got := evictionReason(pod); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestRegular(t *testing.T) {
	pass := &audit.Pass{Now: noon}
	for _, test := range []struct {
		name string
		ago  []time.Duration
		want bool
	}{
		{"none", nil, false},
		{"twice", []time.Duration{0, time.Hour}, false},
		{"every hour, the next is due", []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour}, true},
		{"as long ago as two intervals", []time.Duration{2 * time.Hour, 3 * time.Hour, 4 * time.Hour}, true},
		{"longer ago", []time.Duration{2*time.Hour + time.Second, 3 * time.Hour, 4 * time.Hour}, false},
		{"all at once", []time.Duration{time.Hour, time.Hour, time.Hour}, false},
	} {
		var pods []*inventory.Pod
		for _, ago := range test.ago {
			pods = append(pods, lostPod(ago))
		}
		if got := regular(pass, pods); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestRecovered(t *testing.T) {
	lost := noon.Add(-time.Hour)
	ready := func(ago time.Duration) *inventory.Pod {
		return &inventory.Pod{
			Phase: corev1.PodRunning, PodException: &inventory.PodException{},
			Ready: inventory.Condition{Status: corev1.ConditionTrue, Since: noon.Add(-ago)},
		}
	}
	notReady := &inventory.Pod{Phase: corev1.PodRunning, PodException: &inventory.PodException{}}
	two := int32(2)
	for _, test := range []struct {
		name string
		w    *inventory.Workload
		want time.Time
	}{
		{"no pod is left", &inventory.Workload{}, time.Time{}},
		{"a Job succeeded since", &inventory.Workload{Jobs: []*inventory.Job{{Completed: noon}}}, noon},
		{"a Job succeeded before", &inventory.Workload{Jobs: []*inventory.Job{{Completed: lost}}}, time.Time{}},
		{"all are ready", &inventory.Workload{Replicas: &two, Pods: []*inventory.Pod{ready(30 * time.Minute), ready(10 * time.Minute)}},
			noon.Add(-10 * time.Minute)},
		{"the others never stopped", &inventory.Workload{Pods: []*inventory.Pod{ready(3 * time.Hour)}}, lost},
		{"one is not ready", &inventory.Workload{Pods: []*inventory.Pod{ready(30 * time.Minute), notReady}}, time.Time{}},
		{"one is missing", &inventory.Workload{Replicas: &two, Pods: []*inventory.Pod{ready(30 * time.Minute)}}, time.Time{}},
	} {
		if got := recovered(test.w, lost); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
