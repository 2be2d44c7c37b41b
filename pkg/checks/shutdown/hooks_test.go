package shutdown

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// hookedPod runs since so long before noon; 0 is a container that does not run.
func hookedPod(name string, runs time.Duration, others ...string) *inventory.Pod {
	pod := &inventory.Pod{
		Object: inventory.Object{Kind: "Pod", Namespace: "shop", Name: name}, PodException: &inventory.PodException{}, Template: &inventory.Template{},
	}
	for _, container := range append([]string{"app"}, others...) {
		c := inventory.Container{ContainerIdentity: &inventory.ContainerIdentity{Name: container, Kind: inventory.App}, ContainerException: &inventory.ContainerException{}}
		if runs > 0 {
			c.RunningSince = noon.Add(-runs)
		}
		pod.Containers = append(pod.Containers, c)
	}
	return pod
}

// A postStart hook works again if all containers run that have started since it failed, 10
// minutes before noon.
func TestHookIsOver(t *testing.T) {
	const minute = time.Minute
	before, after, waits := hookedPod("before", 20*minute), hookedPod("after", 10*minute), hookedPod("waits", 0)
	for name, test := range map[string]struct {
		pods   []*inventory.Pod
		failed []*inventory.Pod
		hook   failing
		want   bool
	}{
		"it has started since":                         {[]*inventory.Pod{after}, nil, failing{container: "app"}, true},
		"no container is left":                         {nil, nil, failing{container: "app"}, false},
		"one runs since before, and never failed":      {[]*inventory.Pod{before, after}, nil, failing{container: "app"}, true},
		"one runs since before, and has failed":        {[]*inventory.Pod{before, after}, []*inventory.Pod{before}, failing{container: "app"}, false},
		"all run since before":                         {[]*inventory.Pod{before}, nil, failing{container: "app"}, false},
		"one does not run":                             {[]*inventory.Pod{after, waits}, nil, failing{container: "app"}, false},
		"it waits for the next try":                    {[]*inventory.Pod{after}, nil, failing{container: "app", waiting: true}, false},
		"an Event names no container, of which is one": {[]*inventory.Pod{after}, nil, failing{}, true},
		"an Event names no container, of two":          {[]*inventory.Pod{hookedPod("two", 10*minute, "log")}, nil, failing{}, false},
		"another container does not run": {[]*inventory.Pod{func() *inventory.Pod {
			p := hookedPod("two", 10*minute, "log")
			p.Containers[1].RunningSince = time.Time{}
			return p
		}()}, nil, failing{container: "app"}, true},
	} {
		h := test.hook
		h.last, h.pods = noon.Add(-10*minute), test.failed
		if got := h.over(&inventory.Workload{Pods: test.pods}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A hook that sleeps for as long as the grace period or longer is cut off.
func TestCutOff(t *testing.T) {
	grace := int64(30)
	for _, test := range []struct {
		hook, container string
		sleeps          int64
		want            time.Duration
	}{
		{preStop, "app", 29, 0}, {preStop, "app", 30, 30 * time.Second}, {preStop, "app", 60, time.Minute},
		{postStart, "app", 60, 0}, {preStop, "log", 60, 0}, {preStop, "old", 60, 0},
	} {
		w := &inventory.Workload{Templates: []*inventory.Template{{Spec: corev1.PodSpec{TerminationGracePeriodSeconds: &grace, Containers: []corev1.Container{
			{Name: "app", Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: test.sleeps}}}}, {Name: "log"},
		}}}}}
		slept, of := (&failing{hook: test.hook, container: test.container}).cutOff(w)
		if slept != test.want || of != 30*time.Second {
			t.Errorf("%+v: %s of %s", test, slept, of)
		}
	}
}

// Failures are collected for each hook, with the last of each pod.
func TestFailingHooks(t *testing.T) {
	const minute = time.Minute
	told := func(pod, container, reason string, count int32, first, last time.Duration) *inventory.Event {
		return &inventory.Event{
			Regarding: inventory.Regarding{Kind: "Pod", Namespace: "shop", Name: pod}, Container: container, Reason: reason, Count: count,
			First: noon.Add(-first), Last: noon.Add(-last),
		}
	}
	one, two, waiting := hookedPod("web-1", minute), hookedPod("web-2", minute), hookedPod("web-3", 0)
	waiting.Containers[0].ContainerException = &inventory.ContainerException{
		Waiting: termination.PostStartHookError, WaitingMessage: "command 'warm' failed - error: exit 1", Last: &inventory.Termination{Finished: noon.Add(-2 * minute)},
	}
	inv := &inventory.Inventory{Events: []*inventory.Event{
		told("web-1", "app", "FailedPreStopHook", 2, 30*minute, 20*minute), told("web-1", "app", "FailedPreStopHook", 1, 25*minute, 10*minute),
		told("web-2", "app", "FailedPreStopHook", 4, 40*minute, 35*minute), told("web-2", "app", termination.FailedPostStartHook, 1, 5*minute, 5*minute),
		told("web-2", "app", termination.FailedPostStartHook, 9, 90*minute, 61*minute), told("web-2", "app", "Unhealthy", 9, 9*minute, 9*minute),
	}}
	var got []string
	for _, h := range failingHooks(&audit.Pass{Cluster: inv, Now: noon}, &inventory.Workload{Pods: []*inventory.Pod{one, two, waiting}}) {
		var pods []string
		for i, pod := range h.pods {
			pods = append(pods, fmt.Sprint(pod.Name, " ", noon.Sub(h.seen[i])))
		}
		got = append(got, fmt.Sprintf("%s of %s: %d from %s to %s in %v, waiting %v %q", h.hook, h.container, h.count, noon.Sub(h.first), noon.Sub(h.last), pods, h.waiting, h.why))
	}
	want := []string{
		`preStop of app: 7 from 40m0s to 10m0s in [web-1 10m0s web-2 35m0s], waiting false ""`,
		`postStart of app: 1 from 5m0s to 2m0s in [web-2 5m0s web-3 2m0s], waiting true "exit 1"`,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	// It waits for something else, or for its hook, which has not failed in a run.
	for _, exception := range []inventory.ContainerException{
		{Waiting: "CrashLoopBackOff", Last: &inventory.Termination{Finished: noon}}, {Waiting: termination.PostStartHookError},
	} {
		other := hookedPod("web-4", 0)
		other.Containers[0].ContainerException = &exception
		if got := failingHooks(&audit.Pass{Cluster: &inventory.Inventory{}, Now: noon}, &inventory.Workload{Pods: []*inventory.Pod{other}}); got != nil {
			t.Errorf("%+v: %+v", exception, got[0])
		}
	}
	waiting.Deletion = &inventory.Deletion{}
	if got := failingHooks(&audit.Pass{Cluster: &inventory.Inventory{}, Now: noon}, &inventory.Workload{Pods: []*inventory.Pod{waiting}}); got != nil {
		t.Errorf("a pod that is going: %+v", got[0])
	}
}

func TestHasHook(t *testing.T) {
	handler := &corev1.LifecycleHandler{}
	for name, test := range map[string]struct {
		lifecycle *corev1.Lifecycle
		want      bool
	}{
		"none": {nil, false}, "an empty one": {&corev1.Lifecycle{}, false},
		"preStop": {&corev1.Lifecycle{PreStop: handler}, true}, "postStart": {&corev1.Lifecycle{PostStart: handler}, true},
	} {
		template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "log"}, {Name: "app", Lifecycle: test.lifecycle}}}}
		if got := hasHook(template); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
