package audittest

import (
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/internal/want"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// expectation is a comment in the document of an object.
type expectation struct {
	object   api.Object
	severity api.Severity
	pattern  *regexp.Regexp
	met      bool
}

// expected requires that each finding of the check is expected in the document
// of its own object, and that each expectation is met.
func (f Fixture) expected(t *testing.T) {
	all := f.expectations(t)
	for _, finding := range f.Audit(t, inventory.AllResources(), f.Check).Findings {
		if !meet(all, finding) {
			t.Errorf("unexpected finding on %s %s/%s:\n%s %s", finding.Object.Kind, finding.Object.Namespace, finding.Object.Name,
				finding.Severity, finding.Message)
		}
	}
	for _, e := range all {
		if !e.met {
			t.Errorf("no finding on %s %s/%s matches %s %s", e.object.Kind, e.object.Namespace, e.object.Name, e.severity, e.pattern)
		}
	}
}

// meet finds an expectation for a finding. Each expectation is met only once.
func meet(all []*expectation, finding api.Finding) bool {
	for _, e := range all {
		if !e.met && e.matches(finding) {
			e.met = true
			return true
		}
	}
	return false
}

func (e *expectation) matches(f api.Finding) bool {
	return e.object.Kind == f.Object.Kind && e.object.Namespace == f.Object.Namespace && e.object.Name == f.Object.Name &&
		(e.severity == "" || e.severity == f.Severity) && e.pattern.MatchString(f.Message)
}

// expectations returns all expectations of the fixture. An expectation in the
// document of a pod is about the workload of the pod.
func (f Fixture) expectations(t *testing.T) []*expectation {
	workloadOf := map[api.Object]api.Object{}
	for _, w := range f.Read(t, inventory.AllResources()).Workloads {
		for _, p := range w.Pods {
			workloadOf[plainObject(&p.Object)] = plainObject(&w.Object)
		}
	}
	var all []*expectation
	for document := range strings.SplitSeq(f.Text, "\n---\n") {
		var header struct {
			APIVersion, Kind string
			Metadata         struct{ Namespace, Name string }
		}
		if err := yaml.Unmarshal([]byte(document), &header); err != nil {
			t.Fatal(err)
		}
		object := api.Object{Kind: header.Kind, Namespace: header.Metadata.Namespace, Name: header.Metadata.Name}
		if workload, isPod := workloadOf[object]; isPod {
			object = workload
		}
		for _, match := range want.Comment.FindAllStringSubmatch(document, -1) {
			pattern, err := regexp.Compile(match[2])
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, &expectation{object: object, severity: api.Severity(match[1]), pattern: pattern})
		}
	}
	return all
}

func plainObject(o *inventory.Object) api.Object {
	return api.Object{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}
