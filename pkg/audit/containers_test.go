package audit

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A container that is faulty in several revisions is judged by the newest one.
func TestEachContainer(t *testing.T) {
	revision := func(names ...string) *inventory.Template {
		one := &inventory.Template{}
		for _, name := range names {
			one.Spec.Containers = append(one.Spec.Containers, corev1.Container{Name: name})
		}
		return one
	}
	newest, old := revision("app", "well"), revision("app", "proxy", "well")
	w := &inventory.Workload{Templates: []*inventory.Template{newest, old}}
	judge := func(of *inventory.Template, c *corev1.Container) *Fault {
		switch {
		case c.Name == "well":
			return nil
		case of == newest:
			return &Fault{Message: "new"}
		}
		return &Fault{Message: "old"}
	}
	var got []string
	for _, fault := range EachContainer(w, (*inventory.Template).All, judge).faults {
		got = append(got, fault.Container+" "+fault.Message)
	}
	if want := []string{"app new", "proxy old"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := EachContainer(&inventory.Workload{}, (*inventory.Template).All, judge).outcome; got != api.NotApplicable {
		t.Errorf("without a template: %s", got)
	}
}
