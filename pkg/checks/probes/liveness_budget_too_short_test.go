package probes

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A liveness probe of 3 failures at 10 s ends a container between 20 and 30 s
// after its start; then it has a second for the last probe and 30 to stop.
func TestCanHaveEnded(t *testing.T) {
	g := guardOf(&corev1.Container{Name: "app", LivenessProbe: httpProbe(0, 10, 3)})
	grace := int64(5)
	patient, quick := &inventory.Pod{Template: &inventory.Template{}}, &inventory.Pod{Template: &inventory.Template{
		Spec: corev1.PodSpec{TerminationGracePeriodSeconds: &grace},
	}}
	for _, test := range []struct {
		pod    *inventory.Pod
		ran    time.Duration
		reason string
		want   bool
	}{
		{patient, 18 * time.Second, "Error", false}, {patient, 19 * time.Second, "Error", true},
		{patient, 71 * time.Second, "Error", true}, {patient, 72 * time.Second, "Error", false},
		{quick, 46 * time.Second, "Completed", true}, {quick, 47 * time.Second, "Completed", false},
		{patient, 30 * time.Second, "OOMKilled", false}, {patient, 30 * time.Second, "ContainerStatusUnknown", false},
	} {
		end := &inventory.Termination{Reason: test.reason, Started: noon.Add(-test.ran), Finished: noon}
		if got := g.canHaveEnded(test.pod, end); got != test.want {
			t.Errorf("ran %s, %s: %v", test.ran, test.reason, got)
		}
	}
	if g.canHaveEnded(patient, &inventory.Termination{Finished: noon}) {
		t.Error("a run whose start is not known")
	}
}

func TestPatience(t *testing.T) {
	for _, test := range []struct {
		probe *corev1.Probe
		want  int32
	}{
		{httpProbe(0, 5, 3), 60}, {httpProbe(0, 10, 30), 90}, {httpProbe(0, 1, 1), 300},
	} {
		if got := guardOf(&corev1.Container{StartupProbe: test.probe}).patience(); got != test.want {
			t.Errorf("%+v: %d, want %d", test.probe, got, test.want)
		}
	}
}
