package printers

import (
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// xmllint validates with the schema of Surefire and Jenkins. It comes with libxml2.
func TestJUnitIsValid(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed: apt-get install libxml2-utils")
	}
	outputs := []string{formatted(t, "junit", foundAll(several()))}
	for _, r := range []*api.Report{changed(), cluster(), perfect(), empty(), unreadable(), excepted()} {
		outputs = append(outputs, formatted(t, "junit", foundIn(r)))
	}
	for _, out := range append(outputs, "<testsuites><testsuite/></testsuites>") {
		file := filepath.Join(t.TempDir(), "junit.xml")
		if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		verdict, err := exec.Command(lint, "--noout", "--schema", "testdata/foreign/junit-10.xsd", file).CombinedOutput()
		if wrong := strings.HasPrefix(out, "<testsuites>"); wrong != (err != nil) {
			t.Errorf("%v: %s", err, verdict)
		}
	}
}

// writtenSuites is a JUnit report as programs read it.
type writtenSuites struct {
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

func TestJUnitCases(t *testing.T) {
	r := changed()
	r.Checks = append(r.Checks, api.Check{ID: "container-crash-looping", Outcome: api.Pass}, api.Check{ID: "image-tag-latest", Outcome: api.Fail},
		api.Check{ID: "node-not-ready", Outcome: api.Pass}, api.Check{ID: "job-failed", Outcome: api.NotApplicable})
	r.Findings[4].Severity, r.Findings[4].Check = api.Info, "image-tag-latest"
	found := foundIn(r)
	found.Checks = append(found.Checks, api.CatalogCheck{Metadata: api.CatalogMetadata{Name: "node-not-ready"}, Subjects: "nodes"})
	var suites writtenSuites
	if err := xml.Unmarshal([]byte(formatted(t, "junit", found)), &suites); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, suite := range suites.Suites {
		for _, c := range suite.Cases {
			verdict := "passes"
			switch {
			case c.Failure != nil:
				verdict = "fails: " + c.Failure.Type
			case c.Skipped != nil:
				verdict = "skipped: " + c.Skipped.Message
			case c.Output != "":
				verdict = "passes, with output"
			}
			got[c.Class+" "+c.Name] = verdict
		}
	}
	for name, want := range map[string]string{
		"shop.deploy/cart container-oom-killed":       "fails: critical",
		"shop.deploy/cart container-crash-looping":    "skipped: has the same cause as container-oom-killed",
		"shop.deploy/cart image-tag-latest":           "passes",
		"shop.deploy/web container-oom-killed":        "skipped: not judged, or only in part: pods: read in part, timed out",
		"shop.deploy/vendor image-tag-latest":         "skipped: suppressed: the vendor tags so",
		"shop.rollout/search image-tag-latest":        "passes, with output",
		"cluster.node/n1 node-not-ready":              "passes",
		"cluster.node/n1 image-tag-latest":            "",
		"shop.deploy/cart node-not-ready":             "",
		"shop.deploy/cart job-failed":                 "",
		"shop.deploy/web service-without-endpoints":   "skipped: not judged, or only in part: endpointslices.discovery.k8s.io: forbidden",
		"shop.svc/checkout service-without-endpoints": "",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

// A report that readers would refuse has all findings, but sums up the rest.
func TestJUnitOfALargeCluster(t *testing.T) {
	r := changed()
	r.Checks = r.Checks[:1]
	for i := range r.Findings[1:] {
		r.Checks = append(r.Checks, api.Check{ID: r.Findings[i+1].Check, Outcome: api.Pass})
	}
	for i := range maxCases {
		r.Subjects = append(r.Subjects, api.Subject{Object: deployment("shop", fmt.Sprintf("web-%d", i), "")})
	}
	var all writtenSuites
	text := formatted(t, "junit", foundIn(r))
	if err := xml.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]string{}
	for _, s := range all.Suites {
		if s.Tests != len(s.Cases) {
			t.Errorf("%s has %d cases, and says %d", s.Name, len(s.Cases), s.Tests)
		}
		for _, c := range s.Cases {
			verdict := c.Output
			if c.Skipped != nil {
				verdict = c.Skipped.Message
			}
			verdicts[c.Class+" "+c.Name] = verdict
		}
	}
	if all.Failures != len(r.Findings) || len(text) > 1<<16 {
		t.Errorf("%d failures, want %d, in %d bytes", all.Failures, len(r.Findings), len(text))
	}
	for name, want := range map[string]string{
		"shop all that passed": "80016 cases passed",
		"shop not judged, or only in part: pods: read in part, timed out": "20004 cases not judged, or only in part: pods: read in part, timed out",
		"shop.deploy/vendor image-tag-latest":                             "suppressed: the vendor tags so",
	} {
		if verdicts[name] != want {
			t.Errorf("%s: %q, want %q", name, verdicts[name], want)
		}
	}
}

func FuzzJUnit(f *testing.F) {
	f.Add("]]><failure/>&\x00\ufffe")
	f.Fuzz(func(t *testing.T, text string) {
		r := changed()
		r.Findings[0].Message, r.Findings[0].Object.Name, r.Subjects[0].Name = text, text, text
		r.Sanitize()
		var suites writtenSuites
		if err := xml.Unmarshal([]byte(formatted(t, "junit", foundIn(r))), &suites); err != nil {
			t.Fatal(err)
		}
		if suites.Failures != 3 {
			t.Errorf("%d failures", suites.Failures)
		}
		if got := suites.Suites[0].Cases[0].Failure.Message; got != r.Findings[0].Message {
			t.Errorf("%q became %q", r.Findings[0].Message, got)
		}
	})
}
