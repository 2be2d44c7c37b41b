package stability

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

func TestRecentAndRepeated(t *testing.T) {
	for _, test := range []struct {
		restarts   int32
		age, ended time.Duration
		want       bool
	}{
		{0, time.Hour, 0, false},
		{2, 100 * day, time.Hour, false},
		{3, 100 * day, time.Hour, true},
		{3, 100 * day, time.Hour + time.Second, false},
		{1, time.Minute, time.Second, false},
		{1, day, day, false},
		{2, time.Minute, time.Second, true},
		{2, day, day, true},
		{2, day, day + time.Second, false},
		{2, 2 * day, 2 * time.Hour, false},
		{2, 2*day - time.Second, 2 * time.Hour, true},
		{1000, 10 * day, 25 * time.Hour, false},
		{3, -time.Hour, -time.Minute, true},
		{-1 << 31, day, time.Minute, false},
	} {
		if got := recentAndRepeated(&audit.Pass{}, test.restarts, test.age, test.ended); got != test.want {
			t.Errorf("%d restarts of a pod of %v, the last run ended %v ago: %v", test.restarts, test.age, test.ended, got)
		}
	}
}

// A container that was killed itself says more than one in which a process was.
func TestOOMKill(t *testing.T) {
	whole, inside := &inventory.Termination{Reason: "OOMKilled", ExitCode: 137}, &inventory.Termination{Reason: "OOMKilled", ExitCode: 1}
	earlier, crash := &inventory.Termination{Reason: "OOMKilled", ExitCode: 2}, &inventory.Termination{Reason: "Error", ExitCode: 137}
	for name, test := range map[string]struct{ ended, last, want *inventory.Termination }{
		"it never ended":               {nil, nil, nil},
		"a crash":                      {crash, crash, nil},
		"the one it is in":             {whole, crash, whole},
		"the last one":                 {nil, whole, whole},
		"the one before a crash":       {crash, whole, whole},
		"a process inside":             {inside, nil, inside},
		"a process inside, twice":      {inside, earlier, inside},
		"a process, and the whole":     {inside, whole, whole},
		"the whole, and a process":     {whole, inside, whole},
		"a process inside, long since": {nil, earlier, earlier},
	} {
		c := &inventory.Container{ContainerException: &inventory.ContainerException{Ended: test.ended, Last: test.last}}
		if got := oomKill(c); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestOOMSeverity(t *testing.T) {
	pass := &audit.Pass{Now: noon}
	for _, test := range []struct {
		ago  time.Duration
		code int32
		kind inventory.ContainerKind
		want api.Severity
	}{
		{0, 137, inventory.App, api.Critical},
		{-time.Minute, 137, inventory.App, api.Critical},
		{day, 137, inventory.Sidecar, api.Critical},
		{day + time.Second, 137, inventory.App, api.High},
		{7 * day, 137, inventory.Init, api.High},
		{7*day + time.Second, 137, inventory.App, api.Low},
		{0, 1, inventory.App, api.High},
		{7*day + time.Second, 1, inventory.App, api.Low},
		{0, 137, inventory.Ephemeral, api.Low},
	} {
		kill := ending{
			replica{pod: &inventory.Pod{}, container: &inventory.Container{ContainerIdentity: &inventory.ContainerIdentity{Kind: test.kind}}},
			&inventory.Termination{ExitCode: test.code, Finished: noon.Add(-test.ago)},
		}
		if got := oomSeverity(pass, &inventory.Workload{}, kill); got != test.want {
			t.Errorf("exit code %d of a %s, %v ago: %s, want %s", test.code, test.kind, test.ago, got, test.want)
		}
	}
}

func TestExpectedToLast(t *testing.T) {
	pass := &audit.Pass{Now: noon}
	for _, test := range []struct {
		policy corev1.RestartPolicy
		phase  corev1.PodPhase
		age    time.Duration
		want   bool
	}{
		{corev1.RestartPolicyAlways, corev1.PodRunning, 0, true},
		{corev1.RestartPolicyAlways, corev1.PodPending, 0, true},
		{corev1.RestartPolicyAlways, corev1.PodUnknown, day, false},
		{corev1.RestartPolicyNever, corev1.PodRunning, time.Hour, false},
		{corev1.RestartPolicyNever, corev1.PodRunning, time.Hour + time.Second, true},
		{corev1.RestartPolicyOnFailure, corev1.PodPending, time.Hour, false},
		{corev1.RestartPolicyOnFailure, corev1.PodPending, time.Hour + time.Second, true},
	} {
		pod := &inventory.Pod{Phase: test.phase, Template: &inventory.Template{}}
		pod.Created = noon.Add(-test.age)
		pod.Template.Spec.RestartPolicy = test.policy
		if got := expectedToLast(pass, pod); got != test.want {
			t.Errorf("%s, %s, %v old: %v", test.policy, test.phase, test.age, got)
		}
	}
}
