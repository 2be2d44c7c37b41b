package printers

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// htmlReport is a report with the values that the page computes from it.
type htmlReport struct {
	*api.Report
	ID     string
	Groups []htmlGroup
	// Trend is nil without a history.
	Trend *htmlTrend
	// Several is set if there are several reports on the page.
	Several bool
	// number is the place on the page, from 0.
	number int
	table  table
}

func newHTMLReport(r *api.Report, number int, several bool) htmlReport {
	return htmlReport{
		Report: r, ID: fmt.Sprintf("report-%d", number+1), Several: several, number: number,
		table: table{Options: Options{Wide: true}, palette: newPalette(false), report: r},
	}
}

// group groups the findings as the table does. All of them are shown.
func (r *htmlReport) group(catalog map[string]api.CatalogCheck) {
	for _, row := range grouped(r.Findings, false, true) {
		g := htmlGroup{entry: entryOfAll(row), Doc: documentation(catalog, row[0].Check)}
		for _, f := range row {
			g.Findings = append(g.Findings, htmlFinding{f, &r.table})
		}
		r.Groups = append(r.Groups, g)
	}
}

// Anchor returns the ID of a finding in the page. Findings in different clusters
// may have the same fingerprint.
func (r htmlReport) Anchor(fingerprint string) string {
	if !r.Several {
		return fingerprint
	}
	return r.ID + "-" + fingerprint
}

// Scope and Subjects use the words of the table.
func (r htmlReport) Scope() string    { return r.table.scopeText() }
func (r htmlReport) Subjects() string { return r.table.subjectsText() }

// Time formats the time of the report for people, and RFC3339 for programs.
func (r htmlReport) Time() string { return htmlTime(r.Metadata.CreationTimestamp) }

func htmlTime(t metav1.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

func (r htmlReport) RFC3339() string { return api.Time(r.Metadata.CreationTimestamp.Time) }

// Counts contains the number of findings by severity.
func (r htmlReport) Counts() map[api.Severity]int { return htmlCounts(r.Summary.Findings) }

func htmlCounts(c api.Counts) map[api.Severity]int {
	counts := map[api.Severity]int{}
	for _, severity := range api.Severities {
		counts[severity] = c.Of(severity)
	}
	return counts
}

// Scoreboard returns one row for each namespace.
func (r htmlReport) Scoreboard() []htmlNamespace {
	var all []htmlNamespace
	for _, n := range r.Namespaces {
		all = append(all, htmlNamespace{n, htmlCounts(n.Findings)})
	}
	return all
}

type htmlNamespace struct {
	api.Namespace
	Counts map[api.Severity]int
}

// Bar returns the score as a length, nil if there is none.
func (n htmlNamespace) Bar() *int { return n.Score.Score }

// Capped says why the grade is worse than the score.
func (r htmlReport) Capped() string {
	by := r.Summary.CappedBy
	if by == "" {
		return ""
	}
	return "capped by " + Plural(r.Summary.Findings.Of(by), string(by)+" finding")
}

// Passed counts the checks that judged something and found nothing.
func (r htmlReport) Passed() int {
	passed := 0
	for _, c := range r.Checks {
		if c.Outcome == api.Pass {
			passed++
		}
	}
	return passed
}

// Unseen groups checks that were not judged, or only in part, by their reasons.
func (r htmlReport) Unseen() []htmlUnseen {
	var all []htmlUnseen
	for _, spot := range blindSpots(r.Checks) {
		all = append(all, htmlUnseen{spot.reason, spot.checks, spot.partial})
	}
	return all
}

type htmlUnseen struct {
	Reason          string
	Checks, Partial []string
}

// Notes returns the table's lines about files and policy.
func (r htmlReport) Notes() []string {
	return r.lines(func(t *table) {
		t.notRead()
		t.replaced()
		t.ignored()
		t.removed()
		t.policy()
	})
}

// lines returns what the table writes.
func (r htmlReport) lines(write func(*table)) []string {
	var out bytes.Buffer
	t := r.table
	t.out = &out
	write(&t)
	return strings.FieldsFunc(out.String(), func(c rune) bool { return c == '\n' })
}

// Needs lists what the objects that the user named depend on.
func (r htmlReport) Needs() []htmlNeed {
	var all []htmlNeed
	for _, s := range r.Report.Subjects {
		need := htmlNeed{Object: locatedName(s.Object)}
		for _, o := range s.DependsOn {
			need.On = append(need.On, objectName(o))
		}
		if need.On != nil {
			all = append(all, need)
		}
	}
	return all
}

type htmlNeed struct {
	Object string
	On     []string
}

// Hidden lists the suppressed findings.
func (r htmlReport) Hidden() []htmlSuppressed {
	var all []htmlSuppressed
	for i := range r.Report.Suppressed {
		s := &r.Report.Suppressed[i]
		all = append(all, htmlSuppressed{htmlFinding{&s.Finding, &r.table}, reasonText(s.By)})
	}
	return all
}

type htmlSuppressed struct {
	htmlFinding
	Reason string
}
