package printers

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxCases limits the cases of a report with all of them: GitLab refuses XML of more than
// 250,000 objects, and a case has several.
const maxCases = 20_000

// JUnit writes a test suite for each namespace. Each check of each object is a
// case. A finding fails the case unless it has severity info. A case is skipped
// if the check could not judge, or if the finding is suppressed or folded under
// another one. In a report of a large cluster, the cases of a namespace that say
// nothing about a finding are summed up.
func JUnit(w io.Writer, found Found) error {
	// The sums come first, so the suites are made again instead of kept.
	var all junitSuites
	sumsUp := false
	for {
		all = junitSuites{Name: "prodcheck"}
		if err := eachSuite(found, sumsUp, all.count); err != nil {
			return err
		}
		if sumsUp || all.Tests <= maxCases {
			break
		}
		sumsUp = true
	}
	_, _ = io.WriteString(w, xml.Header)
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	root := xml.StartElement{Name: xml.Name{Local: "testsuites"}, Attr: all.attributes()}
	if err := encoder.EncodeToken(root); err != nil {
		return err
	}
	if err := eachSuite(found, sumsUp, func(s junitSuite) error { return encoder.Encode(s) }); err != nil {
		return err
	}
	if err := cmp.Or(encoder.EncodeToken(root.End()), encoder.Flush()); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// eachSuite visits the suites of all reports, and one for each cluster without a report.
func eachSuite(found Found, sumsUp bool, visit func(junitSuite) error) error {
	err := found.Each(func(r *api.Report) error {
		for _, s := range junitSuitesOf(r, found) {
			if sumsUp {
				s.sumUp()
			}
			if err := visit(s); err != nil {
				return err
			}
		}
		return nil
	})
	for _, f := range found.Failed {
		failed := junitCase{Name: "audit", Class: f.Name, Error: &junitProblem{Message: f.Reason}}
		err = cmp.Or(err, visit(junitSuite{Name: f.Name, Tests: 1, Errors: 1, Cases: []junitCase{failed}}))
	}
	return err
}

// junitSuites are the attributes of all suites together.
type junitSuites struct {
	Name                    string
	Tests, Failures, Errors int
}

func (all *junitSuites) count(s junitSuite) error {
	all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	return nil
}

func (all *junitSuites) attributes() []xml.Attr {
	attribute := func(name, value string) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: value} }
	return []xml.Attr{
		attribute("name", all.Name), attribute("tests", strconv.Itoa(all.Tests)),
		attribute("failures", strconv.Itoa(all.Failures)), attribute("errors", strconv.Itoa(all.Errors)),
	}
}

func junitSuitesOf(r *api.Report, found Found) []junitSuite {
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
		class := visible(suite.Name + "." + objectName(subject.Object))
		for _, check := range r.Checks {
			key := junitKey{check.ID, subject.Object}
			c := junitCase{Name: visible(check.ID), Class: class}
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
				c.Skipped = &junitProblem{Message: visible(unjudged + check.Reason)}
			}
			suite.add(c)
		}
	}
	var all []junitSuite
	for _, suite := range suites {
		if suite.Tests > 0 {
			all = append(all, *suite)
		}
	}
	slices.SortFunc(all, func(a, b junitSuite) int { return strings.Compare(a.Name, b.Name) })
	return all
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
		{"evidence", evidenceText(f.Evidence)}, {"fix", fixText(f)},
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
