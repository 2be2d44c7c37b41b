package collect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var observedFrom = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func second(n int) time.Time { return observedFrom.Add(time.Duration(n) * time.Second) }

func metaOf(name string, owner *metav1.OwnerReference) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID("uid-" + name)}
	if owner != nil {
		m.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	return m
}

func controlledBy(apiVersion, kind, name string) *metav1.OwnerReference {
	controls := true
	return &metav1.OwnerReference{APIVersion: apiVersion, Kind: kind, Name: name, UID: types.UID("uid-" + name), Controller: &controls}
}

func withKind(obj runtime.Object, apiVersion, kind string) runtime.Object {
	typed := metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
	obj.GetObjectKind().SetGroupVersionKind(typed.GroupVersionKind())
	return obj
}

// aPod returns a pod with one container and that many restarts. The container
// was OOM-killed at each of the given seconds, and its status contains the last
// kill.
func aPod(name string, owner *metav1.OwnerReference, phase corev1.PodPhase, restarts int32, kills ...int) runtime.Object {
	status := corev1.ContainerStatus{Name: "app", RestartCount: restarts}
	if len(kills) > 0 {
		status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
			Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(second(kills[len(kills)-1])),
		}
	}
	return withKind(&corev1.Pod{
		ObjectMeta: metaOf(name, owner), Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}},
		Status: corev1.PodStatus{Phase: phase, ContainerStatuses: []corev1.ContainerStatus{status}},
	}, "v1", "Pod")
}

// aSlice returns a slice with endpoints: "a" serves, "-a" does not, "~a" is
// terminating, and "~+a" still serves.
func aSlice(name, endpoints string) runtime.Object {
	slice := &discoveryv1.EndpointSlice{ObjectMeta: metaOf(name, nil), AddressType: discoveryv1.AddressTypeIPv4}
	slice.Labels = map[string]string{discoveryv1.LabelServiceName: "web"}
	for _, e := range strings.Fields(endpoints) {
		terminating, serving := strings.HasPrefix(e, "~"), !strings.HasPrefix(e, "-") && !strings.HasPrefix(e, "~") || strings.HasPrefix(e, "~+")
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: strings.TrimLeft(e, "-~+")},
			Conditions: discoveryv1.EndpointConditions{Serving: &serving, Terminating: &terminating},
		})
	}
	return withKind(slice, "discovery.k8s.io/v1", "EndpointSlice")
}

// Each step is a second.
func TestObservedEndpoints(t *testing.T) {
	for name, test := range map[string]struct {
		listed []string
		steps  []string
		drops  string
		empty  int
	}{
		"nothing happens":                        {[]string{"a b"}, []string{"one: a b"}, "", 0},
		"a flap":                                 {[]string{"a b"}, []string{"one: -a b", "one: a b"}, "a 1 1", 0},
		"down":                                   {[]string{"a b"}, []string{"one: -a b"}, "a 1 0", 0},
		"again and again":                        {[]string{"a"}, []string{"one: -a", "one: a", "one: -a", "one: a"}, "a 2 2", 2},
		"empty to the end":                       {[]string{"a"}, []string{"one: -a", "one: -a", "one: -a"}, "a 1 0", 3},
		"a start is no flap":                     {[]string{"-a"}, []string{"one: a"}, "", 1},
		"a deletion is no drop":                  {[]string{"a b"}, []string{"one: ~a b", "one: b"}, "", 0},
		"a pod of the same name at once":         {[]string{"a b"}, []string{"one: ~+a b", "one: -a b", "one: a b"}, "", 0},
		"a pod of the same name comes again":     {[]string{"a b"}, []string{"one: b", "one: -a b", "one: a b"}, "", 0},
		"a pod moves to another slice":           {[]string{"a b"}, []string{"two: a", "one: b", "two: -a", "two: a"}, "a 1 1", 0},
		"one slice of two goes":                  {[]string{"a", "b"}, []string{"delete two"}, "", 0},
		"dual stack counts once":                 {[]string{"a b", "a b"}, []string{"one: -a b", "two: -a b", "one: a b", "two: a b"}, "a 1 1", 0},
		"changes that were missed do not count":  {[]string{"a b"}, []string{"again one: -a b", "one: a b", "one: -a b"}, "a 1 0", 0},
		"as long as all was missed, it is known": {[]string{"a"}, []string{"one: -a", "again one: a", "one: a"}, "a 1 0", 0},
	} {
		t.Run(name, func(t *testing.T) {
			facts := New()
			facts.Add(withKind(&corev1.Service{ObjectMeta: metaOf("web", nil)}, "v1", "Service"), Unsaid{})
			for i, endpoints := range test.listed {
				facts.Add(aSlice([]string{"one", "two"}[i], endpoints), Unsaid{})
			}
			o := NewObserver(facts, observedFrom)
			for i, step := range test.steps {
				at := second(i + 1)
				if slice, deleted := strings.CutPrefix(step, "delete "); deleted {
					o.Deleted(aSlice(slice, ""), at)
					continue
				}
				what, again := strings.CutPrefix(step, "again ")
				slice, endpoints, _ := strings.Cut(what, ":")
				obj := aSlice(slice, endpoints)
				if again {
					o.Again(obj, at)
					listed := Listed{}
					listed.Add(obj)
					o.Relisted("EndpointSlice", "", listed, at)
					continue
				}
				o.Changed(obj, at)
			}
			inv := facts.Build(inventory.Scope{}, nil)
			inv.Observation = &inventory.Observation{From: observedFrom, To: second(len(test.steps) + 1)}
			o.Attach(inv, nil)
			var drops []string
			observed := inv.Services[0].Observed
			if observed == nil {
				observed = &inventory.ObservedEndpoints{}
			}
			total := 0
			for _, d := range observed.Pods {
				drops = append(drops, fmt.Sprint(d.Pod, " ", d.Drops, " ", d.Returns))
				total += d.Drops
			}
			if got := strings.Join(drops, ", "); got != test.drops || o.Total().Drops != total {
				t.Errorf("drops are %q, want %q; in total %d", got, test.drops, o.Total().Drops)
			}
			if got := int(observed.Empty.Seconds()); got != test.empty {
				t.Errorf("empty for %ds, want %ds", got, test.empty)
			}
		})
	}
}

func TestObservedPods(t *testing.T) {
	nightly := controlledBy("batch/v1", "CronJob", "nightly")
	job := controlledBy("batch/v1", "Job", "nightly-1")
	facts := New()
	for _, obj := range []runtime.Object{
		withKind(&batchv1.CronJob{ObjectMeta: metaOf("nightly", nil)}, "batch/v1", "CronJob"),
		withKind(&batchv1.Job{ObjectMeta: metaOf("nightly-1", nightly)}, "batch/v1", "Job"),
		aPod("web", nil, corev1.PodRunning, 3, -60),
		aPod("old", nil, corev1.PodFailed, 0),
	} {
		facts.Add(obj, Unsaid{})
	}
	o := NewObserver(facts, observedFrom)
	// A termination before the window does not count.
	o.Changed(aPod("web", nil, corev1.PodRunning, 3, -60), second(1))
	o.Changed(aPod("web", nil, corev1.PodRunning, 4, -60, 2), second(2))
	o.Changed(aPod("web", nil, corev1.PodRunning, 4, -60, 2), second(3))
	// Two restarts between two updates: only the count of the first is known.
	o.Changed(aPod("web", nil, corev1.PodRunning, 6, 5), second(5))
	o.Deleted(aPod("old", nil, corev1.PodFailed, 0), second(5))
	o.Changed(aPod("nightly-1-a", job, corev1.PodPending, 0), second(6))
	o.Changed(aPod("nightly-1-a", job, corev1.PodFailed, 0), second(7))
	o.Changed(aPod("nightly-1-b", job, corev1.PodPending, 0), second(8))
	o.Deleted(aPod("nightly-1-b", job, corev1.PodRunning, 0), second(9))
	o.Changed(aPod("nightly-1-c", job, corev1.PodRunning, 0), second(10))
	o.Changed(aPod("nightly-1-c", job, corev1.PodSucceeded, 0), second(11))
	o.Deleted(aPod("nightly-1-c", job, corev1.PodSucceeded, 0), second(12))
	// The Job is cleaned up: its CronJob counts on.
	o.Deleted(withKind(&batchv1.Job{ObjectMeta: metaOf("nightly-1", nightly)}, "batch/v1", "Job"), second(13))

	inv := facts.Build(inventory.Scope{}, nil)
	inv.Observation = &inventory.Observation{From: observedFrom, To: second(20)}
	o.Attach(inv, nil)
	if want := (inventory.Happened{Restarts: 3, OOMKills: 2, Made: 3, Lost: 2}); o.Total() != want {
		t.Errorf("in total %+v, want %+v", o.Total(), want)
	}
	cron := inventory.Find(inv.Workloads, "shop", "CronJob", "nightly")
	if diff := cmp.Diff(&inventory.ObservedPods{Made: 3, Lost: 2}, cron.Observed); diff != "" {
		t.Error(diff)
	}
	web := inventory.Find(inv.Workloads, "shop", "Pod", "web")
	if got := web.Pods[0].ObservedIn("app"); got != (inventory.ObservedContainer{Name: "app", Restarts: 3, OOMKills: 2}) {
		t.Errorf("%+v", got)
	}
	if inventory.Find(inv.Workloads, "shop", "Pod", "old") != nil {
		t.Error("a deleted pod is still there")
	}
}

// starting returns a pod on its way: "placed", "waiting", "running", "ready", "succeeded", or "" for one
// without a node.
func starting(stage string) runtime.Object {
	pod := aPod("web", nil, corev1.PodPending, 0).(*corev1.Pod)
	state := &pod.Status.ContainerStatuses[0].State
	if stage != "" {
		pod.Spec.NodeName = "node-1"
	}
	switch stage {
	case "gated":
		pod.Spec.NodeName = ""
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonSchedulingGated}}
	case "waiting":
		state.Waiting = &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}
	case "running", "ready":
		pod.Status.Phase = corev1.PodRunning
		state.Running = &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(observedFrom)}
		if stage == "ready" {
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		}
	case "succeeded":
		pod.Status.Phase = corev1.PodSucceeded
	}
	return pod
}

// Each step is half a minute, and so is the time after the last one.
func TestStuckPods(t *testing.T) {
	for name, test := range map[string]struct {
		listed string
		steps  []string
		// gap is the step after which nothing was seen, 0 for none.
		gap   int
		stuck int
	}{
		"never placed":                     {"no", []string{"", "", ""}, 0, 1},
		"an image that cannot be pulled":   {"no", []string{"placed", "waiting", "waiting"}, 0, 1},
		"a loop of crashes":                {"no", []string{"running", "waiting", "running", "waiting"}, 0, 1},
		"a start that just began":          {"no", []string{"", "", "placed"}, 0, 0},
		"ready":                            {"no", []string{"placed", "running", "ready", "ready"}, 0, 0},
		"readiness is lost":                {"ready", []string{"running", "running"}, 0, 1},
		"readiness is lost and comes back": {"ready", []string{"running", "running", "ready"}, 0, 0},
		"a task that succeeded":            {"no", []string{"running", "running", "succeeded"}, 0, 0},
		"a gate that somebody set":         {"no", []string{"gated", "gated", "gated"}, 0, 0},
		"a pod that was stuck before":      {"waiting", []string{"waiting", "waiting", "waiting"}, 0, 0},
		"one that came further, once":      {"", []string{"placed", "placed", "placed"}, 0, 1},
		"one that is deleted":              {"no", []string{"placed", "placed", "deleted"}, 0, 0},
		"one that may have come further":   {"no", []string{"placed", "placed", "placed"}, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			facts := New()
			if test.listed != "no" {
				facts.Add(starting(test.listed), Unsaid{})
			}
			o := NewObserver(facts, observedFrom)
			for i, step := range test.steps {
				if at := second(30 * (i + 1)); step == "deleted" {
					o.Deleted(starting(""), at)
				} else {
					o.Changed(starting(step), at)
				}
			}
			inv := facts.Build(inventory.Scope{}, nil)
			watch := inventory.Watch{Resource: inventory.Pods, From: observedFrom}
			inv.Observation = &inventory.Observation{From: observedFrom, To: second(30 * (len(test.steps) + 1))}
			if test.gap > 0 {
				watch.Miss(inventory.Interval{From: second(30 * test.gap), To: inv.Observation.To}, "timed out")
			}
			inv.Observation.Watches = []inventory.Watch{watch}
			o.Attach(inv, nil)
			if got := inv.Observation.Total.Stuck; got != test.stuck {
				t.Errorf("%d are stuck, want %d", got, test.stuck)
			}
			if test.stuck > 0 && inv.Workloads[0].Observed.Stuck != test.stuck {
				t.Errorf("the workload has %+v", inv.Workloads[0].Observed)
			}
		})
	}
}

// Followed facts equal those of a new list.
func TestFollowedFactsAreThoseOfAList(t *testing.T) {
	warning := func(name string, count int32) runtime.Object {
		return withKind(&corev1.Event{
			ObjectMeta: metaOf(name, nil), Count: count, Reason: "BackOff", Type: "Warning",
			InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "a"},
		}, "v1", "Event")
	}
	config := func(name string) runtime.Object {
		return withKind(&metav1.PartialObjectMetadata{ObjectMeta: metaOf("config-"+name, nil)}, "v1", "ConfigMap")
	}
	facts := New()
	for _, name := range []string{"a", "b", "c"} {
		facts.Add(aPod(name, nil, corev1.PodPending, 0), Unsaid{})
		facts.Add(warning("about-"+name, 1), Unsaid{})
		facts.Add(config(name), Unsaid{})
	}
	facts.Follow()
	facts.Add(aPod("a", nil, corev1.PodRunning, 1), Unsaid{})
	facts.Add(warning("about-a", 7), Unsaid{})
	facts.Remove(aPod("b", nil, corev1.PodRunning, 0))
	facts.Remove(aPod("never", nil, corev1.PodRunning, 0))
	facts.Remove(warning("about-b", 1))
	facts.Add(aPod("d", nil, corev1.PodRunning, 2), Unsaid{})
	listed := Listed{}
	listed.Add(config("c"))
	listed.Add(config("e"))
	facts.Add(config("e"), Unsaid{})
	facts.Retain("ConfigMap", "shop", listed)

	want := New()
	for _, obj := range []runtime.Object{
		aPod("a", nil, corev1.PodRunning, 1), aPod("c", nil, corev1.PodPending, 0), aPod("d", nil, corev1.PodRunning, 2),
		warning("about-a", 7), warning("about-c", 1), config("c"), config("e"),
	} {
		want.Add(obj, Unsaid{})
	}
	got, made := facts.Build(inventory.Scope{}, nil), want.Build(inventory.Scope{}, nil)
	if diff := cmp.Diff(made.Workloads, got.Workloads, cmp.AllowUnexported(inventory.Template{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(made.Events, got.Events); diff != "" {
		t.Error(diff)
	}
	if len(made.Configs) != 2 || cmp.Diff(made.Configs, got.Configs) != "" {
		t.Error(cmp.Diff(made.Configs, got.Configs))
	}
}
