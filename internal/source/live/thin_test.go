package live

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func replica(i int, memory string) *corev1.Pod {
	controller := true
	p := pod(fmt.Sprint("cart-1-", i), metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "cart-1", UID: "uid-cart-1", Controller: &controller})
	p.Spec.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memory)}
	ended := &corev1.ContainerStateTerminated{ExitCode: 137, Signal: 9, Reason: "OOMKilled", Message: "bye", ContainerID: "c1"}
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, Reason: "Evicted", Message: "low on memory", HostIP: "10.0.0.1", StartTime: &metav1.Time{Time: time.Unix(1, 0)},
		PodIP: "10.0.0.2", PodIPs: []corev1.PodIP{{IP: "10.0.0.2"}, {IP: "fd00::2"}},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: "app", Image: "cart:1", ImageID: "cart@sha256:1", ContainerID: "c2", RestartCount: 3, Started: new(false),
			State:                corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Unix(2, 0)}},
			LastTerminationState: corev1.ContainerState{Terminated: ended},
			Resources:            &corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("32Mi")}},
		}},
		EphemeralContainerStatuses: []corev1.ContainerStatus{{
			Name: "debug", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ErrImagePull", Message: "not found"}},
		}},
	}
	for _, c := range []corev1.PodConditionType{corev1.PodReady, corev1.PodScheduled, corev1.DisruptionTarget, corev1.PodResizePending} {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{
			Type: c, Status: corev1.ConditionFalse, Reason: "Because", Message: "of that", LastTransitionTime: metav1.Unix(3, 0),
		})
	}
	return &p
}

// The facts of a pod are the same whether it is decoded completely or, once its
// template is known, in part. Only the latter happens then.
func TestThinPods(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	list := podList("", 0)
	for i, memory := range []string{"64Mi", "96Mi", "64Mi", "64Mi", "64Mi"} {
		p := replica(i, memory)
		switch i {
		case 3:
			p.Labels = map[string]string{"canary": "true"}
		case 4:
			p.Labels = nil
		}
		p.Spec.InitContainers = []corev1.Container{{Name: "proxy", RestartPolicy: &always}, {Name: "migrate"}}
		p.Spec.Resources = &corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1Gi")}}
		p.Spec.Volumes = []corev1.Volume{{Name: "cache"}}
		for _, name := range []string{"proxy", "migrate"} {
			p.Status.InitContainerStatuses = append(p.Status.InitContainerStatuses, corev1.ContainerStatus{Name: name})
		}
		list.Items = append(list.Items, *p)
	}
	encode := func() []byte {
		var body bytes.Buffer
		if err := protobuf.NewSerializer(kinds.Scheme, kinds.Scheme).Encode(list, &body); err != nil {
			t.Fatal(err)
		}
		return body.Bytes()
	}
	read := func(decoder func(*thinner) func([]byte) (runtime.Object, error)) (pods []*inventory.Pod, volumes, containers []int) {
		c := collect.New()
		thinner := newThinner(c)
		err := decode(kinds.Of(inventory.Pods), &body{bytes: encode()}, decoder(thinner), func(obj runtime.Object) error {
			volumes = append(volumes, len(obj.(*corev1.Pod).Spec.Volumes))
			containers = append(containers, len(obj.(*corev1.Pod).Spec.Containers))
			c.Add(obj, thinner.unsaid)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return c.Build(inventory.Scope{}, nil).Workloads[0].Pods, volumes, containers
	}
	want, _, _ := read(func(*thinner) func([]byte) (runtime.Object, error) { return whole(kinds.Of(inventory.Pods)) })
	got, volumes, containers := read(func(t *thinner) func([]byte) (runtime.Object, error) { return t.decode })
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(inventory.Template{}), cmpopts.IgnoreFields(inventory.Pod{}, "Workload")); diff != "" {
		t.Errorf("-whole +thin:\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 0, 0, 0, 0}, volumes); diff != "" {
		t.Errorf("decoded volumes, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 1, 0, 0, 0}, containers); diff != "" {
		t.Errorf("decoded containers, -want +got:\n%s", diff)
	}
}

func TestFieldsOfPartOfAMessage(t *testing.T) {
	message, err := replica(0, "64Mi").Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for length := range len(message) {
		var p corev1.Pod
		part, err := unlikeFields.of(bytes.Clone(message[:length]))
		if err == nil && p.Unmarshal(part) != nil {
			t.Errorf("%d of %d bytes become what cannot be decoded", length, len(message))
		}
	}
}
