package probes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

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
