package collect

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// clusters returns the objects in the fixtures of all checks, by file.
func clusters(t *testing.T) map[string][]runtime.Object {
	t.Helper()
	names, err := filepath.Glob("../../pkg/checks/*/testdata/*/*.yaml")
	if err != nil || len(names) < 100 {
		t.Fatalf("%d fixtures, %v", len(names), err)
	}
	found := map[string][]runtime.Object{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range strings.Split(string(text), "\n---\n") {
			encoded, err := yaml.YAMLToJSON([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			obj, _, err := kinds.Codecs.UniversalDeserializer().Decode(encoded, nil, nil)
			if err != nil {
				// No check reads this kind.
				continue
			}
			if m := obj.(metav1.Object); m.GetNamespace() == "" {
				m.SetNamespace("default")
			}
			Trim(obj)
			found[name] = append(found[name], obj)
		}
	}
	return found
}

func factsOf(objects []runtime.Object) *Facts {
	f := New()
	for _, obj := range objects {
		f.Add(obj.DeepCopyObject(), Unsaid{})
	}
	return f
}

// Building an inventory changes no fact, so it can be repeated.
func TestBuildChangesNoFacts(t *testing.T) {
	for name, objects := range clusters(t) {
		facts := factsOf(objects)
		first := facts.Build(inventory.Scope{}, nil)
		if !reflect.DeepEqual(first, facts.Build(inventory.Scope{}, nil)) {
			t.Errorf("%s: the second inventory is another one", name)
		}
		if !reflect.DeepEqual(first, factsOf(objects).Build(inventory.Scope{}, nil)) {
			t.Errorf("%s: the first inventory has changed", name)
		}
		facts.HandOver()
		if !reflect.DeepEqual(first, facts.Build(inventory.Scope{}, nil)) {
			t.Errorf("%s: facts that are handed over make another inventory", name)
		}
	}
}

// Lists of several resources run at once, so the order between resources is
// arbitrary. Objects of one resource come in order.
func TestOrderOfResourcesIsIrrelevant(t *testing.T) {
	kind := func(o runtime.Object) string { return o.GetObjectKind().GroupVersionKind().Kind }
	for name, objects := range clusters(t) {
		want := factsOf(objects).Build(inventory.Scope{}, nil)
		slices.SortStableFunc(objects, func(a, b runtime.Object) int { return strings.Compare(kind(a), kind(b)) })
		if got := factsOf(objects).Build(inventory.Scope{}, nil); !reflect.DeepEqual(want, got) {
			t.Errorf("%s: sorted by kind, objects make another inventory", name)
		}
		slices.SortStableFunc(objects, func(a, b runtime.Object) int { return strings.Compare(kind(b), kind(a)) })
		if got := factsOf(objects).Build(inventory.Scope{}, nil); !reflect.DeepEqual(want, got) {
			t.Errorf("%s: the other way round, objects make another inventory", name)
		}
	}
}
