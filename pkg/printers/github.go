package printers

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// GitHub writes workflow commands, which become annotations of a run or, for
// files, of their lines. GitHub shows ten of each level for a step, so findings
// that are new since a baseline come first. Findings that the table does not show
// are left out.
func GitHub(w io.Writer, found Found) error {
	out := bufio.NewWriter(w)
	err := found.Each(func(r *api.Report) error {
		t := table{report: r}
		for _, f := range newFirst(r) {
			if f.Severity == api.Info && !t.showsInfo() {
				continue
			}
			annotation{githubLevel(f.Severity), f.Source, fmt.Sprintf("%s: %s", f.Severity, f.Check), found.prefix(r) + locatedName(f.Object) + ": " + f.Message}.write(out)
		}
		for _, gap := range unread(r) {
			annotation{"warning", nil, "prodcheck", found.prefix(r) + gap}.write(out)
		}
		// Files are always a part of a cluster, so this is not a warning.
		for _, gap := range notJudged(r) {
			annotation{"notice", nil, "prodcheck", found.prefix(r) + gap}.write(out)
		}
		annotation{"notice", nil, "prodcheck", found.prefix(r) + summaryText(r)}.write(out)
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range found.Failed {
		annotation{"error", nil, "prodcheck", f.Name + ": not audited: " + f.Reason}.write(out)
	}
	return out.Flush()
}

// newFirst returns the findings of a report. Those that are new or worse since
// an earlier report come first.
func newFirst(r *api.Report) []*api.Finding {
	findings := make([]*api.Finding, len(r.Findings))
	for i := range r.Findings {
		findings[i] = &r.Findings[i]
	}
	rank := func(f *api.Finding) int {
		if f.Change.IsWorsening() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(findings, func(a, b *api.Finding) int { return cmp.Compare(rank(a), rank(b)) })
	return findings
}

// locatedName returns the name of an object with its namespace: shop/deploy/cart
// (app).
func locatedName(o api.Object) string {
	if o.Namespace == "" {
		return objectName(o)
	}
	return o.Namespace + "/" + objectName(o)
}

type annotation struct {
	level   string
	source  *api.Source
	title   string
	message string
}

func (a annotation) write(out io.Writer) {
	write(out, "::"+a.level+" ")
	if a.source != nil && !isURL(a.source.File) {
		fmt.Fprintf(out, "file=%s,line=%d,", githubProperty.Replace(visible(path.Clean(a.source.File))), a.source.Line)
	}
	write(out, "title="+githubProperty.Replace(visible(a.title))+"::"+githubData.Replace(visible(a.message))+"\n")
}

func githubLevel(s api.Severity) string {
	switch s {
	case api.Critical, api.High:
		return "error"
	case api.Medium:
		return "warning"
	}
	return "notice"
}

// The runner splits commands at these characters, and decodes them afterwards.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
