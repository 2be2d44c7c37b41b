// Package audittest tests checks. One line tests a check with its fixtures,
// which are small clusters in YAML that say what the check finds in them:
//
//	func TestTeamMissing(t *testing.T) { audittest.Run(t, TeamMissing, "testdata") }
//
// The fixtures of a check are testdata/ID/NAME.yaml. The fixtures "bad" and
// "good" are also the examples that explain shows: one that the check reports,
// and one that it does not. A comment at the end of a line expects a finding on
// the object of its document or, in the document of a pod, on the pod's
// workload:
//
//	metadata: {name: cart, namespace: shop} # want high `^no team`
//
// The time in each fixture is Now. A fixture is a whole cluster, unless it has
// the line "# complete: no": then objects that it does not contain may still
// exist.
package audittest

import (
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Now is the time in every fixture.
var Now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// Run tests a check with its fixtures. It requires that each finding is expected
// and each expectation met, that the check finds something in "bad" and nothing
// in "good", that it declares exactly the resources that it reads, that it
// changes nothing, and that its documentation is complete.
func Run(t *testing.T, check *audit.Check, testdata string) {
	t.Helper()
	fixtures := Fixtures(t, check, testdata)
	t.Run("documentation", func(t *testing.T) { documented(t, check) })
	t.Run("examples", func(t *testing.T) { examples(t, check, fixtures) })
	for _, f := range fixtures {
		t.Run(f.Name, func(t *testing.T) {
			f.expected(t)
			f.unchanged(t)
			f.declared(t)
			f.unread(t)
		})
	}
	t.Run("needs", func(t *testing.T) { needed(t, check, fixtures) })
}

// examples requires one fixture that the check reports and one that it does not.
func examples(t *testing.T, check *audit.Check, fixtures []Fixture) {
	found := map[string]bool{}
	for _, f := range fixtures {
		found[f.Name] = len(f.Audit(t, inventory.AllResources(), check).Findings) > 0
	}
	for name, flagged := range map[string]bool{"bad": true, "good": false} {
		got, exists := found[name]
		switch {
		case !exists:
			t.Errorf("there is no fixture %s/%s.yaml", check.ID, name)
		case got != flagged:
			t.Errorf("the example %q: something is found: %v", name, got)
		}
		if _, shown := check.Example(name); exists && !shown {
			t.Errorf("explain does not show the example %q: Fixtures of the category do not hold it", name)
		}
	}
}
