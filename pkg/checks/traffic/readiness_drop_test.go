package traffic

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// droppingPod started 40 minutes before noon with a probe that takes readiness away after 30 s,
// became ready at once, and lost readiness and regained it 5 minutes before noon.
func droppingPod(change func(*inventory.Pod)) *inventory.Pod {
	template := &inventory.Template{Spec: corev1.PodSpec{RestartPolicy: corev1.RestartPolicyAlways, Containers: []corev1.Container{
		{Name: "app", ReadinessProbe: &corev1.Probe{PeriodSeconds: 10, FailureThreshold: 3}}, {Name: "log"},
	}}}
	container := func(name string) inventory.Container {
		return inventory.Container{
			ContainerIdentity:  &inventory.ContainerIdentity{Name: name, Kind: inventory.App},
			ContainerException: &inventory.ContainerException{}, RunningSince: noon.Add(-40 * time.Minute),
		}
	}
	pod := &inventory.Pod{
		Object: inventory.Object{Kind: "Pod", Namespace: "shop", Name: "web-1"}, Template: template, Phase: corev1.PodRunning, Node: "node-1",
		PodException: &inventory.PodException{}, Ready: inventory.Condition{Status: corev1.ConditionTrue, Since: noon.Add(-5 * time.Minute)},
		Containers: []inventory.Container{container("app"), container("log")},
	}
	pod.Workload = &inventory.Workload{Pods: []*inventory.Pod{pod}}
	change(pod)
	return pod
}

func TestObserve(t *testing.T) {
	const second, minute = time.Second, time.Minute
	ended := func(code int32) *inventory.ContainerException {
		return &inventory.ContainerException{Ended: &inventory.Termination{ExitCode: code, Finished: noon.Add(-time.Minute)}}
	}
	apart := func(status corev1.ConditionStatus, after time.Duration) func(*inventory.Pod) {
		return func(p *inventory.Pod) {
			p.ContainersReadyApart = &inventory.Condition{Status: status, Since: p.Ready.Since.Add(after)}
		}
	}
	down := func(p *inventory.Pod) { p.Ready.Status = corev1.ConditionFalse }
	at := func(ago time.Duration) func(*inventory.Pod) {
		return func(p *inventory.Pod) { p.Ready.Since = noon.Add(-ago) }
	}
	type seen struct {
		probed, moved, late, withNode bool
		sign                          dropSign
	}
	flapped := seen{probed: true, moved: true, late: true, sign: cameBack}
	for name, test := range map[string]struct {
		change func(*inventory.Pod)
		node   *inventory.Node
		want   seen
	}{
		"it came back":  {func(*inventory.Pod) {}, nil, flapped},
		"it is down":    {down, nil, seen{true, true, true, false, isDown}},
		"no probe":      {func(p *inventory.Pod) { p.Template.Spec.Containers[0].ReadinessProbe = nil }, nil, seen{}},
		"being deleted": {func(p *inventory.Pod) { p.Deletion = &inventory.Deletion{} }, nil, seen{}},
		"not running":   {func(p *inventory.Pod) { p.Phase = corev1.PodPending }, nil, seen{}},
		"none of it runs": {func(p *inventory.Pod) {
			p.Containers[0].RunningSince, p.Containers[1].RunningSince = time.Time{}, time.Time{}
		}, nil, seen{probed: true}},
		"ready since its start":  {at(40*minute - 2*second), nil, seen{probed: true}},
		"ready soon after it":    {at(40*minute - 3*second), nil, seen{probed: true, moved: true}},
		"more than an hour ago":  {func(p *inventory.Pod) { at(61 * minute)(p); p.Containers[0].RunningSince = noon.Add(-3 * time.Hour) }, nil, seen{probed: true, moved: true}},
		"within a long start":    {at(30 * minute), nil, seen{true, true, true, false, noDrop}},
		"after a long start":     {at(30*minute - second), nil, flapped},
		"a gate opened":          {apart(corev1.ConditionTrue, -3*second), nil, seen{true, true, false, false, noDrop}},
		"a gate that is in time": {apart(corev1.ConditionTrue, -2*second), nil, flapped},
		"a gate is closed":       {func(p *inventory.Pod) { down(p); apart(corev1.ConditionTrue, 0)(p) }, nil, seen{true, true, false, false, noDrop}},
		"a container waits":      {func(p *inventory.Pod) { p.Containers[1].RunningSince = time.Time{} }, nil, seen{true, true, true, false, noDrop}},
		"a container crashed": {func(p *inventory.Pod) {
			p.Containers[1].RunningSince, p.Containers[1].ContainerException = time.Time{}, ended(1)
		}, nil, seen{true, true, true, false, noDrop}},
		"a container is done": {func(p *inventory.Pod) {
			p.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
			p.Containers[1].RunningSince, p.Containers[1].ContainerException = time.Time{}, ended(0)
		}, nil, flapped},
		"a node that came back":   {func(*inventory.Pod) {}, changedNode(5*minute + 30*second), seen{true, true, true, true, noDrop}},
		"a node, long before":     {func(*inventory.Pod) {}, changedNode(5*minute + 31*second), flapped},
		"a node that has no such": {func(p *inventory.Pod) { p.Ready.Since = noon.Add(-5 * minute) }, &inventory.Node{Object: inventory.Object{Name: "node-1"}}, flapped},
	} {
		inv := &inventory.Inventory{}
		if test.node != nil {
			inv.Nodes = []*inventory.Node{test.node}
		}
		o := observer{&audit.Pass{Cluster: inv, Now: noon}, map[*inventory.Template]time.Duration{}}
		d, probed := o.observe(droppingPod(test.change))
		if got := (seen{probed, d.moved, d.late, d.withNode, d.sign}); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// changedNode is ready since so long before noon.
func changedNode(ago time.Duration) *inventory.Node {
	return &inventory.Node{Object: inventory.Object{Name: "node-1"}, Conditions: []corev1.NodeCondition{
		{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(noon.Add(-ago))},
	}}
}
