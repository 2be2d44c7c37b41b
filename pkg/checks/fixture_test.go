package checks

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// now is the time in every fixture.
var now = audittest.Now

// fixture is one of a check, which tests of the whole catalog change.
type fixture struct{ audittest.Fixture }

func eachFixture(t *testing.T, run func(t *testing.T, f fixture)) {
	for _, check := range All() {
		for _, f := range audittest.Fixtures(t, check, testdata(check)) {
			t.Run(check.ID+"/"+f.Name, func(t *testing.T) { run(t, fixture{f}) })
		}
	}
}

// testdata is beside the checks of a category.
func testdata(c *audit.Check) string { return filepath.Join(c.Category.Name, "testdata") }

func TestChecks(t *testing.T) {
	for _, check := range All() {
		t.Run(check.ID, func(t *testing.T) { audittest.Run(t, check, testdata(check)) })
	}
}

func TestCatalog(t *testing.T) { audittest.Catalog(t, All()) }

// A check that no list contains would never run.
func TestFixturesBelongToChecks(t *testing.T) {
	directories, err := filepath.Glob("*/testdata/*")
	if err != nil || len(directories) == 0 {
		t.Fatal(directories, err)
	}
	for _, directory := range directories {
		id := filepath.Base(directory)
		if !slices.ContainsFunc(All(), func(c *audit.Check) bool { return c.ID == id }) {
			t.Errorf("%s: no list of Checks contains the check %s", directory, id)
		}
	}
}

// An example shows no expectations: they are for its test alone.
func TestExamples(t *testing.T) {
	for _, check := range All() {
		for _, name := range check.Fixtures() {
			if text, _ := check.Example(name); strings.Contains(text, "# want") {
				t.Errorf("%s: the example %s shows its expectations", check.ID, name)
			}
		}
	}
}

// Any check must bear any cluster.
func TestEveryCheckOverEveryFixture(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		f.Audit(t, inventory.AllResources(), All()...)
	})
	empty := &inventory.Inventory{}
	if got := audit.Run(empty, audit.Options{Checks: All(), Now: now}); got.Summary.Score.Score != nil || got.Summary.Coverage != 0 {
		t.Errorf("of a cluster that was not read: score %v, coverage %v", got.Summary.Score, got.Summary.Coverage)
	}
}
