// Package audittest tests checks. One line tests a check with its fixtures, small
// clusters in YAML that say what is found in them:
//
//	func TestTeamMissing(t *testing.T) { audittest.Run(t, TeamMissing, "testdata") }
//
// The fixtures of a check are testdata/ID/NAME.yaml. "bad" and "good" are also
// the examples that explain shows: of what the check finds, and of what it does
// not. In the document of an object, a comment at the end of a line is about a
// finding on that object or, in that of a pod, on its workload:
//
//	metadata: {name: cart, namespace: shop} # want high `^no team`
//
// It is Now in each of them. A fixture holds all of a cluster, unless it has the line
// "# complete: no": then what it does not hold may still exist.
package audittest

import (
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Now is the time in every fixture.
var Now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// Run tests a check with its fixtures, which are in testdata/ID: each finding is
// expected and each expectation met; the examples are what they are called; what
// the check declares to read is what it reads, and that it does not change; and its documentation is whole.
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

// examples are one fixture of what the check finds and one of what it does not.
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
