package audittest

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Fixture is a small cluster in YAML.
type Fixture struct {
	// Check is the check that the fixture belongs to, nil for none.
	Check *audit.Check
	Name  string
	// Text contains one document for each object.
	Text string
	// Part is set if objects that the text does not contain may still exist.
	Part bool
	// Scope is the part to audit, by default everything.
	Scope inventory.Scope
}

// Fixtures returns the fixtures of a check: the files in testdata/ID.
func Fixtures(t testing.TB, check *audit.Check, testdata string) []Fixture {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testdata, check.ID, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("%s has no fixtures: no %s", check.ID, filepath.Join(testdata, check.ID, "bad.yaml"))
	}
	var fixtures []Fixture
	for _, file := range files {
		fixtures = append(fixtures, Load(t, check, testdata, strings.TrimSuffix(filepath.Base(file), ".yaml")))
	}
	return fixtures
}

// Load reads one fixture of a check.
func Load(t testing.TB, check *audit.Check, testdata, name string) Fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, check.ID, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return Fixture{Check: check, Name: name, Text: string(text), Part: strings.Contains(string(text), "# complete: no\n")}
}

// Read makes an inventory of the fixture that contains only the given resources.
func (f Fixture) Read(t testing.TB, resources []inventory.Resource) *inventory.Inventory {
	t.Helper()
	source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(f.Text), AssumeComplete: !f.Part}
	inv, err := source.Read(t.Context(), inventory.Request{Scope: f.Scope, Resources: resources, ConfirmOwners: true})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// Audit judges the fixture, reading only the given resources.
func (f Fixture) Audit(t testing.TB, resources []inventory.Resource, checks ...*audit.Check) *api.Report {
	t.Helper()
	return audit.Run(f.Read(t, resources), audit.Options{Checks: checks, Now: Now})
}

// unchanged requires that the check changes nothing in the inventory, because
// all checks share it.
func (f Fixture) unchanged(t *testing.T) {
	t.Helper()
	judged := f.Read(t, inventory.AllResources())
	audit.Run(judged, audit.Options{Checks: []*audit.Check{f.Check}, Now: Now})
	if !reflect.DeepEqual(judged, f.Read(t, inventory.AllResources())) {
		t.Errorf("%s changes what it judges", f.Check.ID)
	}
}
