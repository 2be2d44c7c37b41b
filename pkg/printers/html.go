package printers

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

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
	"coverage": coverageText, "joined": strings.Join, "plural": Plural, "prose": newHTMLProse, "ready": readyText, "score": scoreText,
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
	return Plural(len(p.Items)+len(p.Failed), "cluster")
}

// Clusters reports whether there are several clusters to choose from.
func (p *htmlPage) Clusters() bool { return len(p.Reports) > 1 }
