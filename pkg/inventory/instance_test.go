package inventory

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// The facts of a pod are the same whether it is decoded whole or, since its
// template is known, in part; and only the latter is.
func TestThinPods(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	list := podList("", 0)
	for i, memory := range []string{"64Mi", "96Mi", "128Mi"} {
		p := replica("cart-1", i, memory)
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
		if err := protobuf.NewSerializer(scheme, scheme).Encode(list, &body); err != nil {
			t.Fatal(err)
		}
		return body.Bytes()
	}
	read := func(thin func(*collector) func([]byte) ([]byte, error)) (pods []*Pod, volumes []int) {
		c := newCollector()
		err := define(Pods).decode(encode(), thin(c), func(obj runtime.Object) error {
			volumes = append(volumes, len(obj.(*corev1.Pod).Spec.Volumes))
			c.add(obj)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return c.pods, volumes
	}
	want, _ := read(func(*collector) func([]byte) ([]byte, error) { return whole })
	got, volumes := read(func(c *collector) func([]byte) ([]byte, error) { return c.thin })
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Template{})); diff != "" {
		t.Errorf("-whole +thin:\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 0, 0}, volumes); diff != "" {
		t.Errorf("decoded volumes, -want +got:\n%s", diff)
	}
}

func TestFieldsOfPartOfAMessage(t *testing.T) {
	message, err := replica("cart-1", 0, "64Mi").Marshal()
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
