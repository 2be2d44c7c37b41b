package inventory

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const configs = `
apiVersion: v1
kind: ConfigMap
metadata: {name: plain, namespace: shop}
data: {level: info}
binaryData: {logo: aGVsbG8=}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: managed
  namespace: shop
  managedFields:
  - {manager: kubectl, operation: Apply, time: "2026-11-21T10:00:00Z", fieldsType: FieldsV1, fieldsV1: {"f:data": {".": {}, "f:level": {}, "f:a.b": {}}}}
  - {manager: editor, operation: Update, time: "2026-11-21T11:00:00Z", fieldsType: FieldsV1, fieldsV1: {"f:binaryData": {"f:logo": {}}}}
  - {manager: labeller, operation: Update, time: "2026-11-21T11:30:00Z", fieldsType: FieldsV1, fieldsV1: {"f:metadata": {"f:labels": {"f:team": {}}}}}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: shop}
data: {token: aHVudGVyMg==}
stringData: {user: hunter2}
`

func TestConfigs(t *testing.T) {
	inv := mustRead(t, configs)
	for name, want := range map[string][]string{
		"ConfigMap plain": {"level", "logo"}, "ConfigMap managed": {"a.b", "level", "logo"}, "Secret token": {"token", "user"},
	} {
		kind, object, _ := strings.Cut(name, " ")
		if got := inv.Config(kind, "shop", object); got == nil || !slices.Equal(got.Keys, want) {
			t.Errorf("%s: %+v, not %v", name, got, want)
		}
	}
	// What only changed its labels did not change what pods read.
	if got := inv.Config("ConfigMap", "shop", "managed").Changed; !got.Equal(time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)) {
		t.Errorf("changed %v", got)
	}
	if inv.Config("Secret", "shop", "plain") != nil || inv.Config("ConfigMap", "billing", "plain") != nil {
		t.Error("found what is not there")
	}
}

// From a server they come as metadata alone, with the fields that tell the keys.
func TestLiveConfigs(t *testing.T) {
	secret := metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: "token", Namespace: "shop",
		ManagedFields: []metav1.ManagedFieldsEntry{{
			Manager: "kubectl", FieldsV1: metav1.NewFieldsV1(`{"f:data":{"f:token":{}}}`),
		}},
	}}
	list := &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{secret},
	}
	s := newServer(t)
	s.answers["/api/v1/secrets"] = asProtobuf(t, list)
	inv, err := s.live().Read(context.Background(), Request{Resources: []Resource{Secrets}, Secrets: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Config("Secret", "shop", "token"); got == nil || !slices.Equal(got.Keys, []string{"token"}) {
		t.Errorf("%+v of %+v", got, inv.Reads)
	}
}

// Values are gone once an object is trimmed: from there it may go to a snapshot.
func TestTrimEmptiesConfigs(t *testing.T) {
	secret := &corev1.Secret{Data: map[string][]byte{"token": []byte("hunter2")}, StringData: map[string]string{"user": "hunter2"}}
	config := &corev1.ConfigMap{Data: map[string]string{"level": "hunter2"}, BinaryData: map[string][]byte{"logo": []byte("hunter2")}}
	trim(secret)
	trim(config)
	if secret.Data["token"] != nil || secret.StringData["user"] != "" || config.Data["level"] != "" || config.BinaryData["logo"] != nil {
		t.Errorf("%+v %+v", secret, config)
	}
	if len(secret.Data) != 1 || len(config.Data) != 1 {
		t.Error("the keys are gone, too")
	}
}

// What managers write is the cluster's text.
func FuzzContentFields(f *testing.F) {
	for _, text := range []string{`{"f:data":{".":{},"f:a":{}}}`, `{"f:data":[]}`, `{"f:data":null}`, `[]`, ``, `{"f:binaryData":{"f:":{}}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keys, ok := contentFields(metav1.ManagedFieldsEntry{FieldsV1: metav1.NewFieldsV1(text)})
		if len(keys) > 0 && !ok {
			t.Errorf("keys %q of no content", keys)
		}
	})
}
