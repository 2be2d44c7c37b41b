package printers

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// JUnit writes a test suite for each namespace. Each check of each object is a
// case. A finding fails the case unless it has severity info. A case is skipped
// if the check could not judge, or if the finding is suppressed or folded under
// another one.
func JUnit(w io.Writer, found Found) error {
	all := junitSuites{Name: "prodcheck"}
	for _, r := range found.Items {
		all.add(r, found)
	}
	for _, f := range found.Failed {
		failed := junitCase{Name: "audit", Class: f.Name, Error: &junitProblem{Message: f.Reason}}
		all.Suites = append(all.Suites, junitSuite{Name: f.Name, Tests: 1, Errors: 1, Cases: []junitCase{failed}})
	}
	for _, s := range all.Suites {
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	_, _ = io.WriteString(w, xml.Header)
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr,omitempty"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Skipped *junitProblem `xml:"skipped"`
	Error   *junitProblem `xml:"error"`
	Failure *junitProblem `xml:"failure"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func (all *junitSuites) add(r *api.Report, found Found) {
	open, suppressed := map[junitKey]*api.Finding{}, map[junitKey]*api.Suppressed{}
	for i := range r.Findings {
		open[junitKeyOf(&r.Findings[i])] = &r.Findings[i]
	}
	folded := map[junitKey]string{}
	for key, finding := range open {
		for _, check := range finding.Folded {
			folded[junitKey{check, key.object}] = finding.Check
		}
	}
	for i := range r.Suppressed {
		suppressed[junitKeyOf(&r.Suppressed[i].Finding)] = &r.Suppressed[i]
	}
	judges := map[string]string{}
	for _, c := range found.Checks {
		judges[c.Metadata.Name] = c.Subjects
	}
	suites := map[string]*junitSuite{}
	for _, subject := range r.Subjects {
		namespace := cmp.Or(subject.CountedIn(), "cluster")
		suite := suites[namespace]
		if suite == nil {
			suite = &junitSuite{Name: visible(namespace), Timestamp: r.Metadata.CreationTimestamp.UTC().Format("2006-01-02T15:04:05")}
			if found.Several {
				suite.Name = visible(r.Metadata.Name + "/" + namespace)
			}
			suites[namespace] = suite
		}
		for _, check := range r.Checks {
			key := junitKey{check.ID, subject.Object}
			c := junitCase{Name: visible(check.ID), Class: visible(suite.Name + "." + objectName(subject.Object))}
			switch finding, accepted := open[key], suppressed[key]; {
			case finding != nil && finding.Severity == api.Info:
				c.Output = failureText(r, finding)
			case finding != nil:
				c.Failure = &junitProblem{visible(string(finding.Severity)), visible(finding.Message), failureText(r, finding)}
			case accepted != nil:
				c.Skipped = &junitProblem{Message: visible("suppressed: " + accepted.By.Reason)}
			case folded[key] != "":
				c.Skipped = &junitProblem{Message: visible("has the same cause as " + folded[key])}
			case check.Outcome == api.NotApplicable || !isJudgedBy(subject.Object, judges[check.ID]):
				continue
			case check.Reason != "":
				c.Skipped = &junitProblem{Message: visible("not judged, or only in part: " + check.Reason)}
			}
			suite.add(c)
		}
	}
	for _, suite := range suites {
		if suite.Tests == 0 {
			continue
		}
		all.Suites = append(all.Suites, *suite)
	}
	slices.SortFunc(all.Suites, func(a, b junitSuite) int { return strings.Compare(a.Name, b.Name) })
}

// junitKey is a check of an object as a whole.
type junitKey struct {
	check  string
	object api.Object
}

func junitKeyOf(f *api.Finding) junitKey {
	object := f.Object
	object.Container = ""
	return junitKey{f.Check, object}
}

// failureText contains everything that a person needs in addition to the
// message.
func failureText(r *api.Report, f *api.Finding) string {
	t := table{report: r}
	var lines []string
	for _, line := range []struct{ label, text string }{
		{"finding", f.Message}, {"object", locatedName(f.Object)}, {"source", sourceText(f.Source)}, {"since", t.since(f)}, {"pods", podsText(f.Evidence)},
		{"evidence", evidenceText(f.Evidence)}, {"fix", f.Fix},
	} {
		if line.text != "" {
			lines = append(lines, line.label+": "+visible(line.text))
		}
	}
	return strings.Join(lines, "\n")
}

// subjectKinds maps subjects to the kinds of their objects. Workloads are not in
// it: they are of any other kind.
var subjectKinds = map[string][]string{
	"Jobs and CronJobs": {"Job", "CronJob"}, "CronJobs": {"CronJob"}, "Services": {"Service"}, "PodDisruptionBudgets": {"PodDisruptionBudget"},
	"HorizontalPodAutoscalers": {"HorizontalPodAutoscaler"}, "Ingresses": {"Ingress"}, "Ingresses and HTTPRoutes": {"Ingress", "HTTPRoute"},
	"namespaces": {"Namespace"}, "nodes": {"Node"},
}

func isJudgedBy(o api.Object, subjects string) bool {
	if kinds, found := subjectKinds[subjects]; found {
		return slices.Contains(kinds, o.Kind)
	}
	for _, kinds := range subjectKinds {
		if slices.Contains(kinds, o.Kind) && o.Kind != "Job" && o.Kind != "CronJob" {
			return false
		}
	}
	return true
}
