package traffic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// model is a cluster of one node, second by second: a kubelet that probes and
// limits its Events, a Deployment controller that says when a rollout was
// complete, and a controller that writes EndpointSlices.
type model struct {
	// batches is set where the slices' controller writes once a second what has
	// changed, as it does under load; else it writes once for each change.
	batches bool
	apps    []*modelApp
	second  int
}

// modelApp is a Deployment with the Service in front of it.
type modelApp struct {
	name string
	// script changes the Deployment at a second of the model.
	script func(a *modelApp, second int)
	// answers returns the answer of a pod to its readiness probe at an age in seconds.
	answers func(second, age int) bool
	probe   corev1.Probe

	pods     []*modelPod
	made     int
	revision int
	// sets are the generations of the ReplicaSets, by revision.
	sets     []int64
	complete int
	// writes is the generation of the slice; created is when it was made.
	created int
	writes  int64
}

type modelPod struct {
	name                      string
	revision                  int
	created, started, changed int
	addressed, ready, deleted bool
	restarts, failing         int
	count, noted, first, last int
	tokens, filled            float64
	publishedDeletion         bool
}

func (m *model) step() {
	m.second++
	for _, a := range m.apps {
		if a.script != nil {
			a.script(a, m.second)
		}
		changes := 0
		for _, p := range a.pods {
			changes += a.live(p, m.second)
		}
		before := len(a.pods)
		a.pods = slices.DeleteFunc(a.pods, func(p *modelPod) bool { return p.deleted && p.publishedDeletion })
		changes += before - len(a.pods)
		for _, p := range a.pods {
			if p.deleted {
				// A deletion is seen before its end.
				p.publishedDeletion = true
				changes++
			}
		}
		if m.batches {
			changes = min(changes, 1)
		}
		a.writes += int64(changes)
		ready := func(p *modelPod) bool { return p.ready && !p.deleted && p.revision == a.revision }
		if a.complete == 0 && len(a.pods) > 0 && !slices.ContainsFunc(a.pods, func(p *modelPod) bool { return !ready(p) }) {
			a.complete = m.second
		}
	}
}

// live is a second in the life of a pod; it counts what the slice shows of it.
func (a *modelApp) live(p *modelPod, now int) (changes int) {
	if p.deleted {
		return 0
	}
	if !p.addressed && now > p.created {
		p.addressed, p.started = true, now
		changes++
	}
	if p.started == 0 || now < p.started+int(a.probe.InitialDelaySeconds) ||
		(now-p.started-int(a.probe.InitialDelaySeconds))%int(a.probe.PeriodSeconds) != 0 {
		return changes
	}
	ready := p.ready
	if a.answers(now, now-p.started) {
		p.failing, ready = 0, true
	} else if p.fails(now); p.failing >= int(a.probe.FailureThreshold) {
		ready = false
	}
	if ready != p.ready {
		p.ready, p.changed = ready, now
		changes++
	}
	return changes
}

// fails counts a failed probe as the kubelet's recorder does: 25 Events, then
// one in 5 minutes, which tells how many there were.
func (p *modelPod) fails(now int) {
	p.failing++
	if p.count++; p.count == 1 {
		p.first, p.tokens = now, 25
	}
	p.tokens = min(p.tokens+float64(now)/300-p.filled, 25)
	if p.filled = float64(now) / 300; p.tokens >= 1 {
		p.tokens--
		p.noted, p.last = p.count, now
	}
}

// Acts of a script.

func (a *modelApp) add(pods, now int) {
	for range pods {
		a.made++
		a.pods = append(a.pods, &modelPod{name: fmt.Sprintf("%s-%d-%d", a.name, a.revision, a.made), revision: a.revision, created: now, changed: now})
	}
}

func (a *modelApp) remove(pods int) {
	for i := len(a.pods) - 1; i >= 0 && pods > 0; i-- {
		if !a.pods[i].deleted {
			a.pods[i].deleted = true
			pods--
		}
	}
}

func (a *modelApp) create(pods, now int) {
	a.sets = append(a.sets, 1)
	a.created = now
	a.add(pods, now)
}

func (a *modelApp) scale(to, now int) {
	a.sets[a.revision]++
	if n := len(a.pods); to > n {
		a.add(to-n, now)
	} else {
		a.remove(n - to)
	}
}

func (a *modelApp) rollOut(now int) {
	a.revision++
	a.complete = 0
	a.sets[len(a.sets)-1]++
	a.sets = append(a.sets, 1)
	n := len(a.pods)
	a.remove(n)
	a.add(n, now)
}

func (a *modelApp) restart(p *modelPod, now int) {
	p.restarts++
	if p.ready {
		p.ready, p.changed = false, now
		a.writes++
	}
	p.started, p.failing = now+1, 0
}

// at is the time of a second of the model.
func at(second int) metav1.Time { return metav1.NewTime(noon.Add(time.Duration(second) * time.Second)) }

func (m *model) objects() []runtime.Object {
	var all []runtime.Object
	for _, a := range m.apps {
		all = append(all, a.objects()...)
	}
	return all
}

func (a *modelApp) objects() []runtime.Object {
	const namespace = "shop"
	isController := true
	labels := map[string]string{"app": a.name}
	deployment := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: a.name, UID: types.UID(a.name), CreationTimestamp: at(a.created)},
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}},
	}
	if a.complete > 0 {
		deployment.Status.Conditions = []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable",
			LastUpdateTime: at(a.complete), LastTransitionTime: at(a.created),
		}}
	}
	slice := &discoveryv1.EndpointSlice{
		TypeMeta: metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: a.name + "-x", Generation: a.writes + 1, CreationTimestamp: at(a.created),
			Labels: map[string]string{
				discoveryv1.LabelServiceName: a.name, discoveryv1.LabelManagedBy: inventory.EndpointSliceController,
			},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	all := []runtime.Object{deployment, slice, &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: a.name, CreationTimestamp: at(a.created)},
		Spec:       corev1.ServiceSpec{Selector: labels, Ports: []corev1.ServicePort{{Port: 80}}},
	}}
	for revision, generation := range a.sets {
		name := fmt.Sprintf("%s-%d", a.name, revision)
		all = append(all, &appsv1.ReplicaSet{
			TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"},
			ObjectMeta: metav1.ObjectMeta{
				Namespace: namespace, Name: name, UID: types.UID(name), Generation: generation, CreationTimestamp: at(a.created),
				OwnerReferences: []metav1.OwnerReference{{
					APIVersion: "apps/v1", Kind: "Deployment", Name: a.name, UID: types.UID(a.name), Controller: &isController,
				}},
			},
		})
	}
	for _, p := range a.pods {
		set := fmt.Sprintf("%s-%d", a.name, p.revision)
		pod := &corev1.Pod{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
			ObjectMeta: metav1.ObjectMeta{
				Namespace: namespace, Name: p.name, UID: types.UID(p.name), CreationTimestamp: at(p.created), Labels: labels,
				OwnerReferences: []metav1.OwnerReference{{
					APIVersion: "apps/v1", Kind: "ReplicaSet", Name: set, UID: types.UID(set), Controller: &isController,
				}},
			},
			Spec: corev1.PodSpec{NodeName: "node", Containers: []corev1.Container{{Name: "app", ReadinessProbe: &a.probe}}},
		}
		if p.deleted {
			now := at(p.created)
			pod.DeletionTimestamp = &now
		}
		status := corev1.ConditionFalse
		if p.ready {
			status = corev1.ConditionTrue
		}
		pod.Status.Phase = corev1.PodPending
		for _, condition := range []corev1.PodConditionType{corev1.PodReady, corev1.ContainersReady} {
			pod.Status.Conditions = append(pod.Status.Conditions,
				corev1.PodCondition{Type: condition, Status: status, LastTransitionTime: at(p.changed)})
		}
		if p.started > 0 {
			pod.Status.Phase = corev1.PodRunning
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
				Name: "app", Ready: p.ready, RestartCount: int32(p.restarts),
				State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(p.started)}},
			}}
		}
		if p.addressed && !p.deleted {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses: []string{"10.0.0.1"}, Conditions: discoveryv1.EndpointConditions{Serving: &p.ready},
				TargetRef: &corev1.ObjectReference{Kind: "Pod", Name: p.name},
			})
		}
		all = append(all, pod)
		if p.noted > 0 {
			all = append(all, &corev1.Event{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
				ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: p.name + ".1"},
				Type:       corev1.EventTypeWarning, Reason: "Unhealthy", Message: "Readiness probe failed: ",
				Count: int32(p.noted), FirstTimestamp: at(p.first), LastTimestamp: at(p.last),
				InvolvedObject: corev1.ObjectReference{
					APIVersion: "v1", Kind: "Pod", Namespace: namespace, Name: p.name, UID: pod.UID, FieldPath: "spec.containers{app}",
				},
			})
		}
	}
	return all
}

// look audits the model as of now; what of it was not read can be left out.
func (m *model) look(t *testing.T, unread ...inventory.Resource) []api.Finding {
	t.Helper()
	var text bytes.Buffer
	for _, object := range m.objects() {
		if err := json.NewEncoder(&text).Encode(object); err != nil {
			t.Fatal(err)
		}
	}
	inv := audittest.Fixture{Text: text.String(), Part: true}.Read(t,
		slices.DeleteFunc(ServiceEndpointsFlapping.Resources(), func(r inventory.Resource) bool { return slices.Contains(unread, r) }))
	return audit.Run(inv, audit.Options{Checks: []*audit.Check{ServiceEndpointsFlapping}, Now: at(m.second).Time}).Findings
}
