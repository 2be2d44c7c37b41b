package inventory

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

func TestHideManagedFields(t *testing.T) {
	managed := func() *corev1.PodList {
		list := podList("next", 3, pod("a"), pod("b"))
		for i := range list.Items {
			list.Items[i].Labels = map[string]string{"app": "web"}
			list.Items[i].ManagedFields = []metav1.ManagedFieldsEntry{
				{Manager: "kubelet", FieldsV1: &metav1.FieldsV1{Raw: bytes.Repeat([]byte("f"), 500)}}, {Manager: "kubectl"},
			}
		}
		return list
	}
	var encoded bytes.Buffer
	if err := protobuf.NewSerializer(scheme, scheme).Encode(managed(), &encoded); err != nil {
		t.Fatal(err)
	}
	body := slices.Clone(encoded.Bytes())
	hideManagedFields(body)
	got, _, err := codecs.UniversalDeserializer().Decode(body, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := managed()
	for i := range want.Items {
		want.Items[i].ManagedFields = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	// Wherever the bytes end, the decoder is left to say so.
	for end := range encoded.Len() {
		cut := slices.Clone(encoded.Bytes()[:end])
		hideManagedFields(cut)
		if len(cut) != end {
			t.Fatalf("%d of %d bytes are left", len(cut), end)
		}
	}
}
