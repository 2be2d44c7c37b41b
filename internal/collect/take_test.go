package collect

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func in(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

// servicesIn has a Service in each namespace.
func servicesIn(namespaces ...string) *Facts {
	f := New()
	for _, namespace := range namespaces {
		f.Add(&corev1.Service{ObjectMeta: in(namespace, "web")}, Unsaid{})
	}
	return f
}

// namespacesOf returns the namespaces of Services, "" if there are no facts.
func namespacesOf(f *Facts) string {
	if f == nil {
		return ""
	}
	var names []string
	for _, s := range f.services {
		names = append(names, s.Namespace)
	}
	return strings.Join(names, " ")
}

func TestTakeWhatIsListedBefore(t *testing.T) {
	for _, test := range []struct {
		before, taken, left string
	}{
		{"", "", "a-b a a0 b"},
		{"a-b", "", "a-b a a0 b"},
		{"a", "a-b", "a a0 b"},
		{"b", "a-b a a0", "b"},
		{"c", "a-b a a0 b", ""},
	} {
		f := servicesIn("a-b", "a", "a0", "b")
		if taken := namespacesOf(f.Take(test.before, 1)); taken != test.taken || namespacesOf(f) != test.left {
			t.Errorf("before %q: took %q and left %q", test.before, taken, namespacesOf(f))
		}
	}
}

// A portion costs as much as what matters everywhere, and then some.
func TestTakeNothingOfLittle(t *testing.T) {
	f := servicesIn("a", "b", "c")
	if f.Take("z", 4) != nil {
		t.Error("3 of at least 4 were taken")
	}
	for _, name := range []string{"1", "2", "3", "4"} {
		f.Add(&corev1.Node{ObjectMeta: in("", name)}, Unsaid{})
	}
	if f.Take("z", 1) != nil {
		t.Error("3 were taken with 4 nodes")
	}
	if namespacesOf(f) != "a b c" {
		t.Errorf("%q are left", namespacesOf(f))
	}
	f.Add(&corev1.Service{ObjectMeta: in("d", "web")}, Unsaid{})
	taken := f.Take("z", 1)
	if namespacesOf(taken) != "a b c d" || len(taken.nodes) != 4 || len(f.nodes) != 4 {
		t.Errorf("%q were taken", namespacesOf(taken))
	}
}

// Namespaces that routes join are in one portion, in whatever order the routes come.
func TestTakeNamespacesOfRoutesTogether(t *testing.T) {
	for name, test := range map[string]struct {
		routes        []string
		before, taken string
	}{
		"within":              {[]string{"a b", "c a"}, "d", "a b c"},
		"to a later one":      {[]string{"a d"}, "d", "b c"},
		"from a later one":    {[]string{"d a"}, "d", "b c"},
		"a chain":             {[]string{"a b", "b c", "c d"}, "d", ""},
		"a chain, backwards":  {[]string{"c d", "b c", "a b"}, "d", ""},
		"to nowhere":          {[]string{"b zzz"}, "d", "a c"},
		"to its own":          {[]string{"a a", "d d"}, "d", "a b c"},
		"a chain that is all": {[]string{"a b", "b c", "c d"}, "e", "a b c d"},
	} {
		for range 2 {
			slices.Reverse(test.routes)
			f := servicesIn("a", "b", "c", "d")
			for i := range 10 {
				// Routes count as well.
				f.Add(&corev1.Service{ObjectMeta: in("0", string(rune('a'+i)))}, Unsaid{})
			}
			for _, route := range test.routes {
				from, to, _ := strings.Cut(route, " ")
				f.Add(&unstructured.Unstructured{Object: map[string]any{
					"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
					"metadata": map[string]any{"name": route, "namespace": from},
					"spec":     map[string]any{"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": "web", "namespace": to}}}}},
				}}, Unsaid{})
			}
			taken := f.Take(test.before, 1)
			got := strings.TrimSpace(strings.ReplaceAll(namespacesOf(taken), "0", " "))
			if got = strings.Join(strings.Fields(got), " "); got != test.taken {
				t.Errorf("%s: took %q, want %q", name, got, test.taken)
			}
			for _, r := range f.routes {
				if strings.Contains(test.taken, r.Namespace) {
					t.Errorf("%s: the route of %s is left", name, r.Namespace)
				}
			}
		}
	}
}

// An Event goes with its object. That of a node, which is in the namespace "default", stays.
func TestTakeEvents(t *testing.T) {
	f := servicesIn("a", "default")
	for _, namespace := range []string{"a", "default", ""} {
		f.Add(&corev1.Event{
			ObjectMeta: in("default", "event-"+namespace), Type: corev1.EventTypeWarning, InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: namespace, Name: "web"},
		}, Unsaid{})
	}
	taken := f.Take("z", 1)
	if len(taken.events) != 2 || len(f.events) != 1 || f.events[0].Regarding.Namespace != "" {
		t.Errorf("%d events were taken, %d are left", len(taken.events), len(f.events))
	}
}

// Nothing keeps the memory of what was taken.
func TestTakeGivesUpTemplatesAndSharedValues(t *testing.T) {
	f := New()
	f.ShareLater()
	controller := true
	pod := func(namespace string) *corev1.Pod {
		meta := in(namespace, "web-1-x")
		meta.Labels = map[string]string{"app": "web"}
		meta.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-1", UID: "u", Controller: &controller}}
		return &corev1.Pod{ObjectMeta: meta, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "app"}}}}
	}
	f.Add(pod("a"), Unsaid{})
	f.Add(pod("b"), Unsaid{})
	taken := f.Take("b", 1)
	if f.TemplateOf(pod("a")) != nil || f.TemplateOf(pod("b")) == nil {
		t.Error("templates stay if, and only if, their namespaces do")
	}
	if n := len(f.shared.strings) + len(f.shared.owners) + len(f.shared.labels) + len(f.shared.containers); n > 0 {
		t.Errorf("%d shared values are kept", n)
	}
	for name, facts := range map[string]*Facts{"a": taken, "b": f} {
		facts.HandOver()
		inv := facts.Build(inventory.Scope{}, nil)
		if len(inv.Workloads) != 1 || inv.Workloads[0].Namespace != name || len(inv.Workloads[0].Pods) != 1 {
			t.Errorf("%s: %v", name, inv.Workloads)
		}
	}
}
