package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	pods        = "/api/v1/pods"
	services    = "/api/v1/services"
	events      = "/api/v1/events"
	deployments = "/apis/apps/v1/deployments"
	replicaSets = "/apis/apps/v1/replicasets"
	slicesList  = "/apis/discovery.k8s.io/v1/endpointslices"
)

// life lets a cluster change.
type life struct {
	*server
	random *rand.Rand
	apps   []*app
	// count numbers what is created.
	count int
}

// app is a Deployment of two pods, with a Service.
type app struct {
	name     string
	revision int
	service  *corev1.Service
	set      *metav1.PartialObjectMetadata
	pods     []*corev1.Pod
	// unlimited pods have no memory limit.
	unlimited bool
}

func newLife(s *server) *life {
	l := &life{server: s, random: rand.New(rand.NewPCG(1, 2))}
	s.put("/api/v1/namespaces", &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}, ObjectMeta: metav1.ObjectMeta{Name: "shop", UID: "shop"},
	})
	s.put("/api/v1/nodes", &corev1.Node{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}, ObjectMeta: metav1.ObjectMeta{Name: "node-1", UID: "node-1"},
		Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}},
	})
	for range 12 {
		l.install()
	}
	return l
}

// run lets things happen every few minutes, until the context ends.
func (l *life) run(ctx context.Context) {
	for l.sleep(ctx, time.Minute, 15*time.Minute) {
		a := l.apps[l.random.IntN(len(l.apps))]
		switch l.random.IntN(7) {
		case 0:
			a.unlimited = l.random.IntN(3) == 0
			l.rollOut(a)
		case 1:
			l.killForMemory(a)
		case 2:
			l.flap(ctx, a)
		case 3:
			l.wait(ctx, a)
		case 4:
			l.warn(ctx, a)
		case 5:
			l.uninstall(a)
			l.install()
		case 6:
			// A quiet hour.
			l.sleep(ctx, time.Hour, time.Hour+time.Minute)
		}
	}
}

// sleep waits, and reports whether there is still time.
func (l *life) sleep(ctx context.Context, least, most time.Duration) bool {
	select {
	case <-time.After(least + time.Duration(l.random.Int64N(int64(most-least)))):
		return true
	case <-ctx.Done():
		return false
	}
}

func (l *life) meta(name string, owner *metav1.OwnerReference) metav1.ObjectMeta {
	l.count++
	m := metav1.ObjectMeta{
		Name: name, Namespace: "shop", UID: types.UID(fmt.Sprint("uid-", l.count)), CreationTimestamp: metav1.Now(), Generation: 1,
	}
	if owner != nil {
		m.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	return m
}

func controller(apiVersion, kind string, m metav1.ObjectMeta) *metav1.OwnerReference {
	yes := true
	return &metav1.OwnerReference{APIVersion: apiVersion, Kind: kind, Name: m.Name, UID: m.UID, Controller: &yes}
}

func (l *life) install() {
	a := &app{name: fmt.Sprint("app-", l.count)}
	l.apps = append(l.apps, a)
	a.service = &corev1.Service{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: l.meta(a.name, nil),
		Spec: corev1.ServiceSpec{Selector: a.labels(), Ports: []corev1.ServicePort{{Port: 80}}},
	}
	l.put(services, a.service)
	l.rollOut(a)
}

func (l *life) uninstall(a *app) {
	for _, pod := range a.pods {
		l.remove(pods, pod)
	}
	l.remove(replicaSets, a.set)
	l.remove(slicesList, a.slice())
	l.remove(deployments, a.deployment())
	l.remove(services, a.service)
	l.apps = slices.DeleteFunc(l.apps, func(other *app) bool { return other == a })
}

func (a *app) labels() map[string]string { return map[string]string{"app": a.name} }

func (a *app) uid() types.UID { return types.UID("uid-" + a.name) }

func (a *app) spec() corev1.PodSpec {
	c := corev1.Container{Name: "app", Image: fmt.Sprintf("registry.example/%s:1.%d", a.name, a.revision)}
	if !a.unlimited {
		c.Resources.Limits = corev1.ResourceList{"memory": resource.MustParse("64Mi")}
	}
	return corev1.PodSpec{NodeName: "node-1", Containers: []corev1.Container{c}}
}

func (a *app) deployment() *appsv1.Deployment {
	two := int32(2)
	d := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Name: a.name, Namespace: "shop", UID: a.uid(), Generation: int64(a.revision)},
	}
	d.Spec.Replicas, d.Spec.Selector = &two, &metav1.LabelSelector{MatchLabels: a.labels()}
	d.Spec.Template = corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: a.labels()}, Spec: a.spec()}
	d.Status = appsv1.DeploymentStatus{ObservedGeneration: int64(a.revision), Replicas: 2, UpdatedReplicas: 2, ReadyReplicas: 2, AvailableReplicas: 2}
	return d
}

func (a *app) slice() *discoveryv1.EndpointSlice {
	s := &discoveryv1.EndpointSlice{
		TypeMeta:   metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
		ObjectMeta: metav1.ObjectMeta{Name: a.name, Namespace: "shop", UID: "slice-" + a.uid()}, AddressType: discoveryv1.AddressTypeIPv4,
	}
	s.Labels = map[string]string{discoveryv1.LabelServiceName: a.name, discoveryv1.LabelManagedBy: "endpointslice-controller.k8s.io"}
	for _, pod := range a.pods {
		if pod.Spec.NodeName == "" {
			continue
		}
		ready := isReady(pod)
		s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod.Name, Namespace: "shop"},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
		})
	}
	return s
}

func isReady(pod *corev1.Pod) bool {
	return len(pod.Status.Conditions) > 0 && pod.Status.Conditions[0].Status == corev1.ConditionTrue
}

// rollOut replaces all pods with those of a new revision.
func (l *life) rollOut(a *app) {
	a.revision++
	old, before := a.pods, a.set
	l.put(deployments, a.deployment())
	a.set = &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"},
		ObjectMeta: l.meta(fmt.Sprintf("%s-%d", a.name, a.revision), controller("apps/v1", "Deployment", metav1.ObjectMeta{Name: a.name, UID: a.uid()})),
	}
	l.put(replicaSets, a.set)
	a.pods = nil
	for range 2 {
		pod := l.pod(a)
		a.pods = append(a.pods, pod)
		l.setReady(pod, corev1.ConditionTrue)
	}
	for _, pod := range old {
		l.remove(pods, pod)
	}
	if before != nil {
		l.remove(replicaSets, before)
	}
	l.put(slicesList, a.slice())
}

// pod returns a pod that runs.
func (l *life) pod(a *app) *corev1.Pod {
	pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: a.spec()}
	pod.ObjectMeta = l.meta(fmt.Sprintf("%s-%d", a.set.Name, l.count), controller("apps/v1", "ReplicaSet", a.set.ObjectMeta))
	pod.Labels = map[string]string{"app": a.name, appsv1.DefaultDeploymentUniqueLabelKey: fmt.Sprint(a.revision)}
	pod.Status.Phase = corev1.PodRunning
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "app", Image: a.spec().Containers[0].Image, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}},
	}}
	return pod
}

func (l *life) setReady(pod *corev1.Pod, ready corev1.ConditionStatus) {
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: ready, LastTransitionTime: metav1.Now()}}
	pod.Status.ContainerStatuses[0].Ready = ready == corev1.ConditionTrue
	l.put(pods, pod)
}

// killForMemory lets a container restart after it was OOM-killed.
func (l *life) killForMemory(a *app) {
	pod := a.pods[0]
	status := &pod.Status.ContainerStatuses[0]
	status.RestartCount++
	status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.Now()}
	status.State.Running = &corev1.ContainerStateRunning{StartedAt: metav1.Now()}
	l.setReady(pod, corev1.ConditionTrue)
}

// flap lets all pods lose readiness for a while.
func (l *life) flap(ctx context.Context, a *app) {
	for _, ready := range []corev1.ConditionStatus{corev1.ConditionFalse, corev1.ConditionTrue} {
		for _, pod := range a.pods {
			l.setReady(pod, ready)
		}
		l.put(slicesList, a.slice())
		if ready == corev1.ConditionFalse {
			l.sleep(ctx, 5*time.Second, 30*time.Minute)
		}
	}
}

// wait adds a pod that no node accepts for a while.
func (l *life) wait(ctx context.Context, a *app) {
	pod := l.pod(a)
	pod.Spec.NodeName, pod.Status = "", corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: "0/1 nodes are available: Insufficient cpu.",
	}}}
	l.put(pods, pod)
	l.sleep(ctx, 10*time.Minute, 40*time.Minute)
	l.remove(pods, pod)
}

// warn records an Event, which the server removes after an hour.
func (l *life) warn(ctx context.Context, a *app) {
	e := &corev1.Event{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Event"}, Type: corev1.EventTypeWarning, Reason: "Unhealthy", Message: "Readiness probe failed: timeout",
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: "shop", Name: a.pods[0].Name, UID: a.pods[0].UID},
		Count:          1, FirstTimestamp: metav1.Now(), LastTimestamp: metav1.Now(),
	}
	e.ObjectMeta = l.meta(fmt.Sprint("event-", l.count), nil)
	l.put(events, e)
	go func() {
		select {
		case <-time.After(time.Hour):
			l.remove(events, e)
		case <-ctx.Done():
		}
	}()
}
