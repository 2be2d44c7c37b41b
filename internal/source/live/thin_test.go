package live

import (
	"bytes"
	"fmt"
	"testing"

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
	p.Status = corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{
		Name: "app", Image: "cart:1", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}}
	return &p
}

// The facts of a pod are the same whether it is decoded completely or, once its
// template is known, in part. Only the latter happens then.
func TestThinPods(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	list := podList("", 0)
	for i, memory := range []string{"64Mi", "96Mi", "128Mi"} {
		p := replica(i, memory)
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
	read := func(thinner func(*collect.Facts, []byte) ([]byte, error)) (pods []*inventory.Pod, volumes []int) {
		c := collect.New()
		err := decode(kinds.Of(inventory.Pods), encode(), func(pod []byte) ([]byte, error) { return thinner(c, pod) }, func(obj runtime.Object) error {
			volumes = append(volumes, len(obj.(*corev1.Pod).Spec.Volumes))
			c.Add(obj, collect.Unsaid{})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return c.Build(inventory.Scope{}, nil).Workloads[0].Pods, volumes
	}
	want, _ := read(func(_ *collect.Facts, pod []byte) ([]byte, error) { return pod, nil })
	got, volumes := read(thin)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(inventory.Template{}), cmpopts.IgnoreFields(inventory.Pod{}, "Workload")); diff != "" {
		t.Errorf("-whole +thin:\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 0, 0}, volumes); diff != "" {
		t.Errorf("decoded volumes, -want +got:\n%s", diff)
	}
}

func TestFieldsOfPartOfAMessage(t *testing.T) {
	message, err := replica(0, "64Mi").Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for length := range len(message) {
		var p corev1.Pod
		part, err := instanceFields.of(bytes.Clone(message[:length]))
		if err == nil && p.Unmarshal(part) != nil {
			t.Errorf("%d of %d bytes become what cannot be decoded", length, len(message))
		}
	}
}
