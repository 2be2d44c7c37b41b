package shutdown

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// killedPod had a container that ended a minute before noon, by SIGKILL. The grace period of
// the pod is 30 s, that of its liveness probe 5 s.
func killedPod(change func(*inventory.Pod, *inventory.Container)) (*inventory.Pod, *inventory.Container) {
	grace, short := int64(30), int64(5)
	pod := &inventory.Pod{
		Object: inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web-1"}, PodException: &inventory.PodException{}, Phase: corev1.PodRunning,
		Template: &inventory.Template{Spec: corev1.PodSpec{TerminationGracePeriodSeconds: &grace, Containers: []corev1.Container{{
			Name: "app", LivenessProbe: &corev1.Probe{PeriodSeconds: 10, FailureThreshold: 3, TerminationGracePeriodSeconds: &short},
		}}}},
		Containers: []inventory.Container{{
			ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App},
			ContainerException: &inventory.ContainerException{Last: &inventory.Termination{
				ExitCode: 137, Reason: "Error", Started: noon.Add(-time.Hour), Finished: noon.Add(-time.Minute),
			}},
		}},
	}
	change(pod, &pod.Containers[0])
	return pod, &pod.Containers[0]
}

// SIGKILL alone does not tell that anybody asked the container to stop.
func TestStopOf(t *testing.T) {
	deleted := func(at time.Duration) func(*inventory.Pod, *inventory.Container) {
		return func(p *inventory.Pod, _ *inventory.Container) { p.Deletion = &inventory.Deletion{At: noon.Add(at)} }
	}
	failed := func(reason, disrupted string) func(*inventory.Pod, *inventory.Container) {
		return func(p *inventory.Pod, _ *inventory.Container) {
			p.Phase, p.Reason = corev1.PodFailed, reason
			if disrupted != "" {
				p.Disrupted = inventory.Condition{Status: corev1.ConditionTrue, Reason: disrupted}
			}
		}
	}
	unhealthy := []*inventory.Event{{
		Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web-1"}, Container: "app", Count: 3,
		Probe: &inventory.ProbeFailure{Kind: inventory.Liveness}, First: noon.Add(-2 * time.Minute), Last: noon.Add(-70 * time.Second),
	}}
	for name, test := range map[string]struct {
		change func(*inventory.Pod, *inventory.Container)
		events []*inventory.Event
		want   string
		grace  time.Duration
	}{
		"nothing tells it":                        {func(*inventory.Pod, *inventory.Container) {}, nil, "", 30 * time.Second},
		"deleted":                                 {deleted(-time.Minute), nil, "the pod was deleted", 30 * time.Second},
		"deleted, with times in whole seconds":    {deleted(-59 * time.Second), nil, "the pod was deleted", 30 * time.Second},
		"killed before its grace period was over": {deleted(-58 * time.Second), nil, "", 30 * time.Second},
		"a deadline":                              {failed("DeadlineExceeded", ""), nil, "the pod's deadline was over", 30 * time.Second},
		"preempted":                               {failed("", "PreemptionByScheduler"), nil, "PreemptionByScheduler", 30 * time.Second},
		"evicted by the kubelet":                  {failed("Evicted", "TerminationByKubelet"), nil, "", 30 * time.Second},
		"evicted, by its reason":                  {failed("Evicted", "EvictionByEvictionAPI"), nil, "", 30 * time.Second},
		"ended by the kubelet":                    {failed("", "TerminationByKubelet"), nil, "", 30 * time.Second},
		"failed":                                  {failed("", ""), nil, "", 30 * time.Second},
		"its probe failed":                        {func(*inventory.Pod, *inventory.Container) {}, unhealthy, "its liveness probe failed", 5 * time.Second},
		"its probe, which is gone": {func(p *inventory.Pod, _ *inventory.Container) {
			p.Template.Spec.Containers[0].LivenessProbe = nil
		}, unhealthy, "its liveness probe failed", 30 * time.Second},
		"its probe, most likely": {func(_ *inventory.Pod, c *inventory.Container) {
			c.Last.Started = c.Last.Finished.Add(-30 * time.Second)
		}, nil, "", 30 * time.Second},
	} {
		pod, c := killedPod(test.change)
		p := &audit.Pass{Cluster: &inventory.Inventory{Events: test.events}, Now: noon}
		if got := stopOf(p, pod, c, c.Last); got.stop != test.want || got.grace != test.grace {
			t.Errorf("%s: %q after %s, want %q after %s", name, got.stop, got.grace, test.want, test.grace)
		}
	}
}

func TestSigkill(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*inventory.Pod, *inventory.Container)
		want   bool
	}{
		"a kill":                {func(*inventory.Pod, *inventory.Container) {}, true},
		"SIGTERM":               {func(_ *inventory.Pod, c *inventory.Container) { c.Last.ExitCode = 143 }, false},
		"for memory":            {func(_ *inventory.Pod, c *inventory.Container) { c.Last.Reason = "OOMKilled" }, false},
		"yesterday":             {func(_ *inventory.Pod, c *inventory.Container) { c.Last.Finished = noon.Add(-25 * time.Hour) }, false},
		"of a debugger":         {func(_ *inventory.Pod, c *inventory.Container) { c.ContainerIdentity.Kind = inventory.Ephemeral }, false},
		"it has never ended":    {func(_ *inventory.Pod, c *inventory.Container) { c.Last = nil }, false},
		"it ended, and is gone": {func(_ *inventory.Pod, c *inventory.Container) { c.Ended, c.Last = c.Last, nil }, true},
	} {
		_, c := killedPod(test.change)
		if got := sigkill(&audit.Pass{Cluster: &inventory.Inventory{}, Now: noon}, c); (got != nil) != test.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The newest kill of a container is described, and its others are counted.
func TestForcedFault(t *testing.T) {
	one, app := killedPod(func(*inventory.Pod, *inventory.Container) {})
	two, earlier := killedPod(func(p *inventory.Pod, c *inventory.Container) {
		p.Name = "web-2"
		c.Last.Finished = noon.Add(-time.Hour)
	})
	_, log := killedPod(func(_ *inventory.Pod, c *inventory.Container) { c.ContainerIdentity.Name = "log" })
	kills := []forced{
		{pod: one, container: app, end: app.Last, stop: "the pod was deleted", grace: 30 * time.Second}, {pod: one, container: log, end: log.Last},
		{pod: two, container: earlier, end: earlier.Last},
	}
	w := &inventory.Workload{Pods: []*inventory.Pod{one, two, {}}}
	fault := forcedFault(&audit.Pass{Now: noon}, w, kills[0], kills)
	if len(fault.Pods) != 2 || fault.Pods[0] != one || fault.Pods[1] != two || !fault.Since.Equal(noon.Add(-time.Hour)) || fault.Evidence["of"] != 3 {
		t.Errorf("%+v", fault)
	}
}

// The last Event counts about a pod that even the runtime could not end.
func TestRuntimeFault(t *testing.T) {
	told := func(reason string, ago time.Duration) *inventory.Event {
		return &inventory.Event{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: "web-1"}, Reason: reason, First: noon.Add(-ago), Last: noon.Add(-ago),
		}
	}
	for name, test := range map[string]struct {
		events []*inventory.Event
		want   time.Duration
	}{
		"none":          {nil, 0},
		"another":       {[]*inventory.Event{told("Killing", time.Minute)}, 0},
		"too long ago":  {[]*inventory.Event{told("ExceededGracePeriod", 25*time.Hour)}, 0},
		"one":           {[]*inventory.Event{told("ExceededGracePeriod", time.Minute)}, time.Minute},
		"the first":     {[]*inventory.Event{told("ExceededGracePeriod", time.Minute), told("ExceededGracePeriod", time.Hour)}, time.Minute},
		"the second":    {[]*inventory.Event{told("ExceededGracePeriod", time.Hour), told("ExceededGracePeriod", time.Minute)}, time.Minute},
		"one of others": {[]*inventory.Event{told("Killing", time.Second), told("ExceededGracePeriod", time.Minute)}, time.Minute},
	} {
		pod, _ := killedPod(func(*inventory.Pod, *inventory.Container) {})
		fault, found := runtimeFault(&audit.Pass{Cluster: &inventory.Inventory{Events: test.events}, Now: noon}, &inventory.Workload{Pods: []*inventory.Pod{pod}})
		if found != (test.want > 0) || found && !fault.Since.Equal(noon.Add(-test.want)) {
			t.Errorf("%s: %v, %+v", name, found, fault)
		}
	}
}
