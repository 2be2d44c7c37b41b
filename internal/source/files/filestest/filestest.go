// Package filestest reads manifests for tests.
package filestest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Read reads YAML as from standard input.
func Read(text string, change ...func(*inventory.Request)) (*inventory.Inventory, error) {
	req := inventory.Request{Resources: inventory.AllResources(), ConfirmOwners: true}
	for _, c := range change {
		c(&req)
	}
	source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(text)}
	return source.Read(context.Background(), req)
}

// MustRead reads YAML that contains no mistake.
func MustRead(t *testing.T, text string, change ...func(*inventory.Request)) *inventory.Inventory {
	t.Helper()
	inv, err := Read(text, change...)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// InNamespace requests one namespace.
func InNamespace(namespace string) func(*inventory.Request) {
	return func(r *inventory.Request) { r.Scope.Namespaces = []string{namespace} }
}

// Names returns "Kind namespace/name" of objects, in order.
func Names[T interface{ Identity() *inventory.Object }](objects []T) []string {
	var all []string
	for _, o := range objects {
		id := o.Identity()
		all = append(all, id.Kind+" "+id.Namespace+"/"+id.Name)
	}
	return all
}

// WantNames fails unless the objects have these names.
func WantNames[T interface{ Identity() *inventory.Object }](t *testing.T, objects []T, want ...string) {
	t.Helper()
	if got := Names(objects); !slices.Equal(got, want) {
		t.Errorf("objects are %q, want %q", got, want)
	}
}
