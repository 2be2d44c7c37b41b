package printers

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var (
	//go:embed html/page.html
	htmlText string
	//go:embed html/style.css
	htmlStyle string
	//go:embed html/script.js
	htmlScript string
)

var htmlTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"coverage": coverageText, "joined": strings.Join, "plural": plural, "prose": newHTMLProse, "ready": readyText, "score": scoreText,
	"severities": func() []api.Severity { return api.Severities },
}).Parse(htmlText))

// htmlPolicy allows only the page's own style and script: no text from a cluster
// can run, and no request leaves the page.
var htmlPolicy = fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'",
	htmlHash(htmlStyle), htmlHash(htmlScript))

func htmlHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// HTML writes one page that needs no other file and no network. It can be read
// without its script.
func HTML(w io.Writer, found Found) error {
	found.Items = found.leastReadyFirst()
	page := htmlPage{
		Found: found, Policy: htmlPolicy, Style: template.CSS(htmlStyle), Script: template.JS(htmlScript),
		catalog: map[string]api.CatalogCheck{},
	}
	if found.Runs != nil {
		page.runs = found.Runs()
	}
	for _, c := range found.Checks {
		page.catalog[c.Metadata.Name] = c
	}
	if err := found.Each(page.outline); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	if err := htmlTemplate.Execute(out, &page); err != nil {
		return err
	}
	return out.Flush()
}

// htmlPage contains what the template shows. The template reads a whole report only
// while it shows it.
type htmlPage struct {
	Found
	Policy string
	Style  template.CSS
	Script template.JS
	// Reports are the reports without their lists.
	Reports []htmlReport
	Choices htmlChoices
	catalog map[string]api.CatalogCheck
	runs    []api.Run
}

// outline notes what the page shows of a report outside its own parts.
func (p *htmlPage) outline(r *api.Report) error {
	p.Choices.add(r.Findings, p.catalog)
	only := &api.Report{
		Metadata: r.Metadata, Tool: r.Tool, Cluster: r.Cluster, Scope: r.Scope, Profile: r.Profile, Settings: r.Settings, Summary: r.Summary,
	}
	p.Reports = append(p.Reports, newHTMLReport(only, len(p.Reports), p.Several))
	return nil
}

// Overview and Whole read a report for the part of the page with its figures, and for
// the part with its findings.
func (p *htmlPage) Overview(of htmlReport) (htmlReport, error) {
	r, err := p.Items[of.number].Report()
	if err != nil {
		return of, err
	}
	h := newHTMLReport(r, of.number, p.Several)
	h.Trend = newHTMLTrend(r, p.runs)
	return h, nil
}

func (p *htmlPage) Whole(of htmlReport) (htmlReport, error) {
	r, err := p.Items[of.number].Report()
	if err != nil {
		return of, err
	}
	h := newHTMLReport(r, of.number, p.Several)
	h.group(p.catalog)
	return h, nil
}

// Title names the report's scope, or says how many clusters there are.
func (p *htmlPage) Title() string {
	if !p.Several {
		return p.Reports[0].Scope()
	}
	return plural(len(p.Items)+len(p.Failed), "cluster")
}

// Clusters reports whether there are several clusters to choose from.
func (p *htmlPage) Clusters() bool { return len(p.Reports) > 1 }

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

// documentation returns a check of the catalog, or one without documentation if
// the catalog does not contain it.
func documentation(catalog map[string]api.CatalogCheck, id string) api.CatalogCheck {
	if c, found := catalog[id]; found {
		return c
	}
	return api.CatalogCheck{Metadata: api.CatalogMetadata{Name: id}, Title: id}
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
	return "capped by " + plural(r.Summary.Findings.Of(by), string(by)+" finding")
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

// htmlGroup is a row of the table with its findings.
type htmlGroup struct {
	entry
	Doc      api.CatalogCheck
	Findings []htmlFinding
}

// Where names the object, or counts the objects.
func (g htmlGroup) Where() string { return g.object }

// In names the namespace.
func (g htmlGroup) In() string {
	switch {
	case g.namespace == "<multiple>":
		return "several namespaces"
	case g.Object.CountedIn() == "":
		return ""
	}
	return g.namespace
}

// htmlFinding is one finding with its details, in the words of the table.
type htmlFinding struct {
	*api.Finding
	table *table
}

func (f htmlFinding) Namespace() string { return f.Object.CountedIn() }

// Name returns the name of the object, with its namespace.
func (f htmlFinding) Name() string {
	if f.Object.Namespace == "" {
		return objectName(f.Object)
	}
	return f.Object.Namespace + "/" + objectName(f.Object)
}

// Began returns the start of the fault in RFC 3339 or, if only a history knows the finding,
// since when it is open. Age is the time from the start to the report.
func (f htmlFinding) Began() string {
	began := cmp.Or(f.Since, f.KnownSince())
	if began == nil {
		return ""
	}
	return api.Time(began.Time)
}

// Position returns the file and the line, if there is a file.
func (f htmlFinding) Position() string { return sourceText(f.Source) }

func (f htmlFinding) Age() string { return f.table.since(f.Finding) }

func (f htmlFinding) Pods() string { return podsText(f.Evidence) }

// Facts returns the evidence except the pods, by name.
func (f htmlFinding) Facts() []htmlFact {
	var facts []htmlFact
	for _, key := range factNames(f.Evidence) {
		facts = append(facts, htmlFact{key, factText(f.Evidence[key])})
	}
	return facts
}

type htmlFact struct{ Name, Value string }

// Advice returns a fix without the command at its end, Command the command to
// paste into a shell.
func (f htmlFinding) Advice() string {
	advice, _ := fixParts(f.Finding)
	return advice
}

func (f htmlFinding) Command() string {
	_, command := fixParts(f.Finding)
	return command
}

// htmlProse is a text from the documentation of a check.
type htmlProse struct {
	Title      string
	Paragraphs []string
}

func newHTMLProse(title, text string) htmlProse {
	p := htmlProse{Title: title}
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if words := strings.Join(strings.Fields(paragraph), " "); words != "" {
			p.Paragraphs = append(p.Paragraphs, words)
		}
	}
	return p
}
