package audit

import (
	"fmt"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// What is judged together ends with a namespace, because objects refer to each other
// within one.
func TestPartsDivideNoNamespace(t *testing.T) {
	for name, test := range map[string]struct{ sizes, want []int }{
		"nothing":           {nil, nil},
		"small ones":        {[]int{1, 2, 3}, []int{6}},
		"a full part":       {[]int{partSize, 1}, []int{partSize, 1}},
		"over the edge":     {[]int{partSize - 1, 3, 2}, []int{partSize + 2, 2}},
		"larger than parts": {[]int{3*partSize + 1, 1}, []int{3*partSize + 1, 1}},
	} {
		var all tallies
		for i, size := range test.sizes {
			for range size {
				all.all = append(all.all, &tally{subject: subject{object: &inventory.Object{Namespace: fmt.Sprint(i)}}})
			}
		}
		var got []int
		for _, part := range all.parts() {
			got = append(got, len(part))
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// A subject about which no check could say anything has no score, even not 100.
func TestScoresOfSubjects(t *testing.T) {
	r := run1(cluster("cart", "web", "old"),
		failing("a", api.Critical, map[string]Verdict{"web": faultIn("app"), "old": Unknown("owned by Kafka")}),
		failing("b", api.Critical, map[string]Verdict{"web": faultIn("app"), "old": NotApplicable()}),
		failing("c", api.Critical, map[string]Verdict{"web": faultIn("app"), "old": NotApplicable()}))
	for _, s := range r.Subjects {
		got := "-"
		if s.Score != nil {
			got = fmt.Sprint(*s.Score)
		}
		if want := map[string]string{"cart": "100", "web": "0", "old": "-"}[s.Name]; got != want {
			t.Errorf("%s has the score %s, want %s", s.Name, got, want)
		}
	}
}

// The worst findings come first, also of one check, and only then objects by name.
func TestFindingsOfOneCheckAreSortedBySeverity(t *testing.T) {
	mild := Fault{Container: "app", Message: "is wrong", Severity: api.Low}
	check := failing("a", api.High, map[string]Verdict{"cart": Faults(mild), "shop": faultIn("app"), "web": faultIn("app")})
	check.Worst = api.High
	if got := fmt.Sprint(open(run1(cluster("cart", "web", "shop"), check))); got != "[a shop app a web app a cart app]" {
		t.Error(got)
	}
}
