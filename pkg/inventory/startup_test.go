package inventory

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

func TestStarting(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	probe := &corev1.Probe{InitialDelaySeconds: 60, PeriodSeconds: 10, FailureThreshold: 54}
	const allowed = 10 * time.Minute
	for _, test := range []struct {
		name             string
		starting         bool
		probe            *corev1.Probe
		running, unready time.Duration
		restarts         int32
		want             bool
	}{
		{"in time", true, probe, allowed, allowed + time.Minute, 0, true},
		{"late", true, probe, allowed + time.Second, allowed + time.Minute, 0, false},
		{"started", false, probe, time.Minute, time.Minute, 0, false},
		{"a hook, no probe", true, nil, time.Minute, time.Minute, 0, false},
		{"again, after a crash", true, probe, time.Minute, 9 * time.Minute, 1, true},
		{"again and again", true, probe, time.Minute, time.Hour, 6, false},
	} {
		template := &Template{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", StartupProbe: test.probe}}}}
		pod := &Pod{
			Template: template, Ready: Condition{Status: corev1.ConditionFalse, Since: now.Add(-test.unready)},
			Containers: []Container{{
				ContainerIdentity: &ContainerIdentity{Name: "app"}, Starting: test.starting,
				RunningSince: now.Add(-test.running), Restarts: test.restarts,
			}},
		}
		if got := pod.Starting(&pod.Containers[0], now); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestProbeSeconds(t *testing.T) {
	endless := &corev1.Probe{PeriodSeconds: 1<<31 - 1, FailureThreshold: 1<<31 - 1}
	if got := ProbeBudget(endless); got != 365*24*time.Hour {
		t.Error(got)
	}
}
