//go:build linux

package main

import (
	"bytes"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

func TestContinueToken(t *testing.T) {
	for _, want := range []string{"", "the-next-page"} {
		page := corev1.PodList{ListMeta: metav1.ListMeta{Continue: want}, Items: []corev1.Pod{{}}}
		var body bytes.Buffer
		if err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(&page, &body); err != nil {
			t.Fatal(err)
		}
		got, err := continueToken(body.Bytes())
		if err != nil || got != want {
			t.Errorf("got %q and %v, want %q", got, err, want)
		}
	}
}
