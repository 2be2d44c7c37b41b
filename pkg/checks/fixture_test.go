package checks

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// now is the time in every fixture.
var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// fixture is a small cluster in a file, with expectations beside their causes.
type fixture struct {
	check *audit.Check
	name  string
	text  string
	// partial fixtures say "complete: no": what they do not hold may still exist.
	partial bool
}

func eachFixture(t *testing.T, run func(t *testing.T, f fixture)) {
	for _, check := range All() {
		for _, name := range check.Fixtures() {
			text, err := fs.ReadFile(check.Category.Fixtures, "testdata/"+check.ID+"/"+name+".yaml")
			if err != nil {
				t.Fatal(err)
			}
			t.Run(check.ID+"/"+name, func(t *testing.T) {
				run(t, fixture{check, name, string(text), strings.Contains(string(text), "# complete: no\n")})
			})
		}
	}
}

// read makes an inventory of the fixture, with only the resources given.
func (f fixture) read(t *testing.T, resources []inventory.Resource) *inventory.Inventory {
	t.Helper()
	files := inventory.Files{Filenames: []string{"-"}, Stdin: strings.NewReader(f.text), AssumeComplete: !f.partial}
	inv, err := files.Read(context.Background(), inventory.Request{Resources: resources, ConfirmOwners: true})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func (f fixture) audit(t *testing.T, resources []inventory.Resource, checks ...*audit.Check) *report.Report {
	t.Helper()
	return audit.Run(f.read(t, resources), audit.Options{Checks: checks, Now: now})
}

// wantComment is "# want high `pattern`" at the end of a line.
var wantComment = regexp.MustCompile("(?m)[ \t]*# want (?:([a-z]+) )?`([^`]*)`[ \t]*$")

// want is an expectation in the document of an object.
type want struct {
	object   report.Object
	severity report.Severity
	pattern  *regexp.Regexp
	met      bool
}

// wants are all expectations of the fixture. One in a pod's document is about
// the workload that the pod belongs to.
func (f fixture) wants(t *testing.T) []*want {
	t.Helper()
	inv := f.read(t, inventory.AllResources())
	workloadOf := map[report.Object]report.Object{}
	for _, w := range inv.Workloads {
		for _, p := range w.Pods {
			workloadOf[plainObject(&p.Object)] = plainObject(&w.Object)
		}
	}
	var wants []*want
	for _, document := range strings.Split(f.text, "\n---\n") {
		var header struct {
			APIVersion, Kind string
			Metadata         struct{ Namespace, Name string }
		}
		if err := yaml.Unmarshal([]byte(document), &header); err != nil {
			t.Fatal(err)
		}
		object := report.Object{Kind: header.Kind, Namespace: header.Metadata.Namespace, Name: header.Metadata.Name}
		if workload, isPod := workloadOf[object]; isPod {
			object = workload
		}
		for _, match := range wantComment.FindAllStringSubmatch(document, -1) {
			pattern, err := regexp.Compile(match[2])
			if err != nil {
				t.Fatal(err)
			}
			wants = append(wants, &want{object: object, severity: report.Severity(match[1]), pattern: pattern})
		}
	}
	return wants
}

func plainObject(o *inventory.Object) report.Object {
	return report.Object{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

func (w *want) matches(f report.Finding) bool {
	return w.object.Kind == f.Object.Kind && w.object.Namespace == f.Object.Namespace && w.object.Name == f.Object.Name &&
		(w.severity == "" || w.severity == f.Severity) && w.pattern.MatchString(f.Message)
}

// Each finding of a check must be expected in the document of its own object,
// and each expectation must be met.
func TestFixtures(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		wants := f.wants(t)
		for _, finding := range f.audit(t, inventory.AllResources(), f.check).Findings {
			expected := false
			for _, w := range wants {
				if !w.met && w.matches(finding) {
					w.met, expected = true, true
					break
				}
			}
			if !expected {
				t.Errorf("unexpected finding on %s %s/%s:\n%s %s", finding.Object.Kind, finding.Object.Namespace, finding.Object.Name, finding.Severity, finding.Message)
			}
		}
		for _, w := range wants {
			if !w.met {
				t.Errorf("no finding on %s %s/%s matches %s %s", w.object.Kind, w.object.Namespace, w.object.Name, w.severity, w.pattern)
			}
		}
	})
}

// Every check has an example of what it flags and one of what it does not.
func TestExamples(t *testing.T) {
	for _, check := range All() {
		for name, flagged := range map[string]bool{"bad": true, "good": false} {
			text, found := check.Example(name)
			if !found {
				t.Errorf("%s: no fixture testdata/%s/%s.yaml", check.ID, check.ID, name)
				continue
			}
			if strings.Contains(text, "# want") {
				t.Errorf("%s: the example %s shows its expectations", check.ID, name)
			}
			example := fixture{check: check, name: name, text: text}
			if got := len(example.audit(t, inventory.AllResources(), check).Findings) > 0; got != flagged {
				t.Errorf("%s: the example %s: flagged is %v", check.ID, name, got)
			}
		}
	}
}

// Any check must bear any cluster.
func TestEveryCheckOverEveryFixture(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		f.audit(t, inventory.AllResources(), All()...)
	})
	empty := &inventory.Inventory{}
	if got := audit.Run(empty, audit.Options{Checks: All(), Now: now}); got.Summary.Score.Score != nil || got.Summary.Coverage != 0 {
		t.Errorf("of a cluster that was not read: score %v, coverage %v", got.Summary.Score, got.Summary.Coverage)
	}
}
