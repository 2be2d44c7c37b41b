package live

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
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
	body := &body{bytes: slices.Clone(encoded.Bytes())}
	var got []corev1.Pod
	err := decode(kinds.Of(inventory.Pods), body, whole(kinds.Of(inventory.Pods)), func(obj runtime.Object) error {
		got = append(got, *obj.(*corev1.Pod))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Decoded objects share no memory with the body.
	clear(body.bytes)
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
	list := podList("next", 3)
	for i := range 200 {
		// Such names cannot be compressed.
		list.Items = append(list.Items, pod(fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i)}))))
	}
	list.ResourceVersion = "7"
	var plain, gzipped bytes.Buffer
	if err := protobuf.NewSerializer(kinds.Scheme, kinds.Scheme).Encode(list, &plain); err != nil {
		t.Fatal(err)
	}
	compressor := gzip.NewWriter(&gzipped)
	if _, err := compressor.Write(plain.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := compressor.Close(); err != nil {
		t.Fatal(err)
	}
	for _, whole := range []body{{bytes: plain.Bytes()}, {bytes: gzipped.Bytes(), gzipped: true}} {
		for length := range whole.bytes {
			part := &body{bytes: whole.bytes[:length], gzipped: whole.gzipped}
			listMeta, err := listMetaOf(part)
			// After the list, its envelope has two empty fields of two bytes each.
			if err == nil && (listMeta.Continue != "next" || whole.gzipped || length < len(whole.bytes)-4) {
				t.Errorf("%d of %d bytes, compressed: %t: %+v", length, len(whole.bytes), whole.gzipped, listMeta)
			}
		}
		read := 0
		if err := whole.eachItem(func([]byte) error { read++; return nil }); err != nil || read != len(list.Items) {
			t.Errorf("%d of %d objects, compressed: %t, error %v", read, len(list.Items), whole.gzipped, err)
		}
	}
}

// Nothing that a server sends breaks a reader: a page is read, or said to be none.
func FuzzPage(f *testing.F) {
	var plain, gzipped bytes.Buffer
	if err := protobuf.NewSerializer(kinds.Scheme, kinds.Scheme).Encode(podList("next", 3, pod("a"), pod("b")), &plain); err != nil {
		f.Fatal(err)
	}
	compressor := gzip.NewWriter(&gzipped)
	if _, err := compressor.Write(plain.Bytes()); err != nil {
		f.Fatal(err)
	}
	if err := compressor.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(plain.Bytes(), false)
	f.Add(gzipped.Bytes(), true)
	f.Add([]byte(`{"metadata":{"continue":"next"},"items":[]}`), false)
	// Lengths of more than there is.
	f.Add([]byte("k8s\x00\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x0a"), false)
	f.Add([]byte("k8s\x00\x12\x06\x12\xff\xff\xff\xff\x0f"), false)
	pods := kinds.Of(inventory.Pods)
	f.Fuzz(func(t *testing.T, content []byte, compressed bool) {
		page := &body{bytes: content, gzipped: compressed}
		if _, err := listMetaOf(page); err != nil {
			return
		}
		_ = decode(pods, page, whole(pods), func(runtime.Object) error { return nil })
	})
}
