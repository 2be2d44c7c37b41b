package live

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestDecode(t *testing.T) {
	managed := func() *corev1.PodList {
		list := podList("next", 3, pod("a"), pod("b"))
		for i := range list.Items {
			list.Items[i].Labels = map[string]string{"app": "web"}
			list.Items[i].ManagedFields = []metav1.ManagedFieldsEntry{
				{Manager: "kubelet", FieldsV1: metav1.NewFieldsV1(strings.Repeat("f", 500))}, {Manager: "kubectl"},
			}
		}
		return list
	}
	var encoded bytes.Buffer
	if err := protobuf.NewSerializer(kinds.Scheme, kinds.Scheme).Encode(managed(), &encoded); err != nil {
		t.Fatal(err)
	}
	body := slices.Clone(encoded.Bytes())
	var got []corev1.Pod
	err := decode(kinds.Of(inventory.Pods), body, whole(kinds.Of(inventory.Pods)), func(obj runtime.Object) error {
		got = append(got, *obj.(*corev1.Pod))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Decoded objects share no memory with the body.
	clear(body)
	want := managed().Items
	for i := range want {
		want[i].ManagedFields = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// If a list is cut off anywhere, either the cut is noticed or nothing is lost.
func TestListMetaOfPartOfAList(t *testing.T) {
	list := podList("next", 3, pod("a"), pod("b"))
	list.ResourceVersion = "7"
	var body bytes.Buffer
	if err := protobuf.NewSerializer(kinds.Scheme, kinds.Scheme).Encode(list, &body); err != nil {
		t.Fatal(err)
	}
	// After the list, its envelope has two empty fields of two bytes each.
	const after = 4
	for length := range body.Len() {
		listMeta, err := listMetaOf(body.Bytes()[:length])
		if err == nil && (listMeta.Continue != "next" || length < body.Len()-after) {
			t.Errorf("%d of %d bytes: %+v", length, body.Len(), listMeta)
		}
	}
}
