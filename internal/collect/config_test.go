package collect_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
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
	inv := filestest.MustRead(t, configs)
	for name, want := range map[string][]string{
		"ConfigMap plain": {"level", "logo"}, "ConfigMap managed": {"a.b", "level", "logo"}, "Secret token": {"token", "user"},
	} {
		kind, object, _ := strings.Cut(name, " ")
		if got := inv.Config(kind, "shop", object); got == nil || !slices.Equal(got.Keys, want) {
			t.Errorf("%s: %+v, not %v", name, got, want)
		}
	}
	// A manager that changed only labels did not change what pods read.
	if got := inv.Config("ConfigMap", "shop", "managed").Changed; !got.Equal(time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)) {
		t.Errorf("changed %v", got)
	}
	if inv.Config("Secret", "shop", "plain") != nil || inv.Config("ConfigMap", "billing", "plain") != nil {
		t.Error("found what is not there")
	}
}
