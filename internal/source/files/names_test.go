package files_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestNames(t *testing.T) {
	const text = `
apiVersion: v1
kind: List
items:
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
- {apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: cart, namespace: shop}}
- {apiVersion: acme.example/v1, kind: Deployment, metadata: {name: foreign, namespace: elsewhere}}
---
- not an object
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: billing}
---
apiVersion: v1
kind: Namespace
metadata: {name: void}
---
apiVersion: v1
kind: Pod
metadata: {generateName: import-, namespace: shop}
`
	for _, test := range []struct {
		resource  inventory.Resource
		namespace string
		want      []string
	}{
		{inventory.Deployments, "", []string{"cart", "web"}},
		{inventory.Deployments, "billing", []string{"cart", "web"}},
		{inventory.Namespaces, "shop", []string{"billing", "shop", "void"}},
		{inventory.Pods, "", nil},
	} {
		source := &files.Source{Filenames: []string{"-", "missing.yaml"}, Stdin: strings.NewReader(text)}
		if got := source.Names(t.Context(), test.resource, test.namespace); !slices.Equal(got, test.want) {
			t.Errorf("%s in %q: %v, want %v", test.resource, test.namespace, got, test.want)
		}
	}
}
