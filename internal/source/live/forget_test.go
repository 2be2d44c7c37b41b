package live

import (
	"fmt"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
)

// Templates of namespaces that a list has left are given up, unless it may come back.
func TestForgetTemplates(t *testing.T) {
	facts := collect.New()
	thinner := newThinner(facts)
	n := 0
	// read reports whether a pod of a namespace was decoded in part.
	read := func(namespace string) (thin bool) {
		p := replica(n, "64Mi")
		n++
		p.Name, p.Namespace = fmt.Sprint(namespace, n), namespace
		encoded, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		obj, err := thinner.decode(encoded)
		if err != nil {
			t.Fatal(err)
		}
		thinner.order.add(namespace)
		thin = thinner.unsaid.Containers != nil
		facts.Add(obj, thinner.unsaid)
		return thin
	}
	for _, page := range []struct {
		namespaces []string
		thin       []bool
		known      int
	}{
		{[]string{"a", "a", "b"}, []bool{false, true, false}, 1},
		{[]string{"b", "b", "c"}, []bool{true, true, false}, 1},
		// The template of "a" was given up with it; from now on all are kept.
		{[]string{"a", "a", "c"}, []bool{false, true, true}, 2},
		{[]string{"d", "a", "c", "d"}, []bool{false, true, true, true}, 3},
	} {
		for i, namespace := range page.namespaces {
			if got := read(namespace); got != page.thin[i] {
				t.Errorf("%s of %s: in part is %v", namespace, page.namespaces, got)
			}
		}
		thinner.forget()
		if len(thinner.first) != page.known {
			t.Errorf("after %s, %d templates are known", page.namespaces, len(thinner.first))
		}
		facts.Take(thinner.order.last, 1)
	}
}
