package traffic

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A pod started an hour ago, must be ready within 2 minutes by its probes, and within 3 by
// what its siblings needed.
func TestReadyBy(t *testing.T) {
	const second, minute = time.Second, time.Minute
	begin := noon.Add(-time.Hour)
	completed := func(after time.Duration) *inventory.Rollout {
		return &inventory.Rollout{Progressing: inventory.Condition{Reason: "NewReplicaSetAvailable", Since: begin.Add(after)}}
	}
	failed := func(count int, after time.Duration) probeFailures {
		return probeFailures{count: count, first: begin.Add(after)}
	}
	for name, test := range map[string]struct {
		allowance, budget time.Duration
		rollout           *inventory.Rollout
		created           time.Duration
		failures          probeFailures
		unread            bool
		want              time.Duration
	}{
		"as its siblings":                         {3 * minute, 2 * minute, nil, 0, probeFailures{}, false, 3 * minute},
		"as its probes allow":                     {3 * minute, 5 * minute, nil, 0, probeFailures{}, false, 5 * minute},
		"when its rollout was complete":           {3 * minute, 2 * minute, completed(minute), 0, probeFailures{}, false, minute + 10*second},
		"complete when it started":                {3 * minute, 2 * minute, completed(0), 0, probeFailures{}, false, 10 * second},
		"complete before it started":              {3 * minute, 2 * minute, completed(-second), 0, probeFailures{}, false, 3 * minute},
		"complete before it was there":            {3 * minute, 2 * minute, completed(minute), minute + second, probeFailures{}, false, 3 * minute},
		"complete long after":                     {3 * minute, 2 * minute, completed(30 * minute), 0, probeFailures{}, false, 3 * minute},
		"its rollout goes on":                     {3 * minute, 2 * minute, &inventory.Rollout{Progressing: inventory.Condition{Reason: "ReplicaSetUpdated", Since: begin}}, 0, probeFailures{}, false, 3 * minute},
		"when it first failed":                    {3 * minute, 2 * minute, nil, 0, failed(1, 2*minute+second), false, 2*minute + second},
		"it failed during the start":              {3 * minute, 2 * minute, nil, 0, failed(1, 2*minute), false, 3 * minute},
		"it first failed later":                   {3 * minute, 2 * minute, nil, 0, failed(1, 4*minute), false, 3 * minute},
		"nothing failed":                          {3 * minute, 2 * minute, nil, 0, failed(0, 2*minute+second), false, 3 * minute},
		"it failed before, which nobody may know": {3 * minute, 2 * minute, nil, 0, failed(1, 2*minute+second), true, 3 * minute},
	} {
		template := &inventory.Template{}
		pod := &inventory.Pod{
			Object: inventory.Object{Namespace: "shop", Created: begin.Add(test.created)}, Template: template, Workload: &inventory.Workload{Rollout: test.rollout},
		}
		inv := &inventory.Inventory{}
		if !test.unread {
			inv.Reads = []inventory.Read{{Resource: inventory.Events, State: inventory.Complete}}
		}
		o := observer{&audit.Pass{Cluster: inv, Now: noon}, map[*inventory.Template]time.Duration{template: test.allowance}}
		if got := o.readyBy(&dropping{pod: pod, start: begin, failures: test.failures}, test.budget); !got.Equal(begin.Add(test.want)) {
			t.Errorf("%s: %s after its start, want %s", name, got.Sub(begin), test.want)
		}
	}
}

// sibling started so long before noon, and took so long.
func sibling(template *inventory.Template, ago, took time.Duration) *inventory.Pod {
	return &inventory.Pod{
		Template: template, Ready: inventory.Condition{Status: corev1.ConditionTrue, Since: noon.Add(took - ago)},
		Containers: []inventory.Container{{ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App}, RunningSince: noon.Add(-ago)}},
	}
}

func TestStartAllowance(t *testing.T) {
	const second, minute, hour = time.Second, time.Minute, time.Hour
	template := &inventory.Template{}
	changed := func(p *inventory.Pod, change func(*inventory.Pod)) *inventory.Pod {
		change(p)
		return p
	}
	for name, test := range map[string]struct {
		siblings []*inventory.Pod
		want     time.Duration
	}{
		"none has ever been ready":           {nil, 10 * minute},
		"three times as long":                {[]*inventory.Pod{sibling(template, 3*hour, 30*second)}, 90 * second},
		"three times the fastest":            {[]*inventory.Pod{sibling(template, 3*hour, 40*second), sibling(template, 3*hour, 30*second), sibling(template, 3*hour, 50*second)}, 90 * second},
		"a minute at least":                  {[]*inventory.Pod{sibling(template, 3*hour, 5*second)}, minute},
		"ten minutes at most":                {[]*inventory.Pod{sibling(template, 3*hour, 5*minute)}, 10 * minute},
		"ready at once":                      {[]*inventory.Pod{sibling(template, 3*hour, 0)}, minute},
		"ready before its container started": {[]*inventory.Pod{sibling(template, 3*hour, -second)}, 10 * minute},
		"not ready":                          {[]*inventory.Pod{changed(sibling(template, 3*hour, 30*second), func(p *inventory.Pod) { p.Ready.Status = corev1.ConditionFalse })}, 10 * minute},
		"ready within the hour":              {[]*inventory.Pod{sibling(template, hour+30*second, 30*second)}, 10 * minute},
		"ready an hour and a second ago":     {[]*inventory.Pod{sibling(template, hour+31*second, 30*second)}, 90 * second},
		"not running":                        {[]*inventory.Pod{changed(sibling(template, 3*hour, 30*second), func(p *inventory.Pod) { p.Containers = nil })}, 10 * minute},
	} {
		others := sibling(&inventory.Template{}, 3*hour, second)
		self := &inventory.Pod{Template: template}
		self.Workload = &inventory.Workload{Pods: append(append([]*inventory.Pod{others}, test.siblings...), self)}
		o := observer{&audit.Pass{Cluster: &inventory.Inventory{}, Now: noon}, map[*inventory.Template]time.Duration{}}
		for range 2 {
			if got := o.startAllowance(self); got != test.want {
				t.Errorf("%s: %s, want %s", name, got, test.want)
			}
		}
	}
}

// Readiness waits for the container with the most demanding probe, and for its startup probe.
func TestReadinessBudget(t *testing.T) {
	probe := func(delay, period, failures int32) *corev1.Probe {
		return &corev1.Probe{InitialDelaySeconds: delay, PeriodSeconds: period, FailureThreshold: failures}
	}
	quick, slow := corev1.Container{Name: "a", ReadinessProbe: probe(5, 10, 3)}, corev1.Container{Name: "b", ReadinessProbe: probe(30, 10, 3)}
	started := corev1.Container{Name: "c", ReadinessProbe: probe(5, 10, 3), StartupProbe: probe(10, 5, 12)}
	alike := corev1.Container{Name: "d", ReadinessProbe: probe(5, 10, 5)}
	for name, test := range map[string]struct {
		containers []corev1.Container
		want       *corev1.Probe
		budget     time.Duration
	}{
		"no probe":          {[]corev1.Container{{Name: "a", LivenessProbe: probe(5, 10, 3)}}, nil, 0},
		"one":               {[]corev1.Container{quick}, quick.ReadinessProbe, 25 * time.Second},
		"the slower one":    {[]corev1.Container{quick, slow}, slow.ReadinessProbe, 50 * time.Second},
		"in any order":      {[]corev1.Container{slow, quick}, slow.ReadinessProbe, 50 * time.Second},
		"the first of two":  {[]corev1.Container{quick, alike}, quick.ReadinessProbe, 25 * time.Second},
		"after its startup": {[]corev1.Container{slow, started}, started.ReadinessProbe, 95 * time.Second},
	} {
		got, budget := readinessBudget(&inventory.Template{Spec: corev1.PodSpec{Containers: test.containers}})
		if got != test.want || budget != test.budget {
			t.Errorf("%s: %+v and %s, want %+v and %s", name, got, budget, test.want, test.budget)
		}
	}
}
