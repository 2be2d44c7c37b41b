package configuration

import (
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// findings are the messages of a check over a cluster of one namespace.
func findings(t *testing.T, check *audit.Check, cluster string) []string {
	t.Helper()
	var messages []string
	for _, f := range (audittest.Fixture{Text: cluster}).Audit(t, inventory.AllResources(), check).Findings {
		messages = append(messages, f.Message)
	}
	return messages
}

// A key is missing only where it is known which there are.
func TestKeys(t *testing.T) {
	const pod = `
apiVersion: v1
kind: Pod
metadata: {name: cart}
spec: {containers: [{name: app, image: a, env: [{name: A, valueFrom: {KINDKeyRef: {name: cart, key: KEY}}}]}]}
---
`
	for _, test := range []struct{ kind, key, object, want string }{
		{"configMap", "a", "kind: ConfigMap\ndata: {a: b}", ""},
		{"configMap", "b", "kind: ConfigMap\ndata: {a: b}", "ConfigMap cart has no key b, for env A"},
		{"configMap", "a", "kind: ConfigMap\nbinaryData: {a: Yg==}", ""},
		{"configMap", "b", "kind: ConfigMap", ""},
		{"secret", "a", "kind: Secret\nstringData: {a: b}", ""},
		{"secret", "a", "kind: Secret\ndata: {a: Yg==}", ""},
		{"secret", "b", "kind: Secret\ndata: {a: Yg==}", "Secret cart has no key b, for env A"},
	} {
		cluster := strings.NewReplacer("KIND", test.kind, "KEY", test.key).Replace(pod) +
			"apiVersion: v1\nmetadata: {name: cart}\n" + test.object
		if got := strings.Join(findings(t, ConfigReferenceMissing, cluster), "; "); got != test.want {
			t.Errorf("%s of %q: %q, want %q", test.key, test.object, got, test.want)
		}
	}
}

// The control plane publishes its certificates in every namespace.
func TestPublishedConfigMaps(t *testing.T) {
	cluster := `
apiVersion: v1
kind: Pod
metadata: {name: cart}
spec:
  containers: [{name: app, image: a}]
  volumes: [{name: kube-api-access, projected: {sources: [{serviceAccountToken: {path: token}}, {configMap: {name: NAME}}]}}]
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}
`
	for name, want := range map[string]int{"kube-root-ca.crt": 0, "root-ca": 1} {
		if got := findings(t, ConfigReferenceMissing, strings.ReplaceAll(cluster, "NAME", name)); len(got) != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
