package printers

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"path"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// GitLab writes a report of code quality. A merge request shows in which findings it differs
// from that of its target branch. Findings that the table does not show are left out.
func GitLab(w io.Writer, found Found) error {
	out := bufio.NewWriter(w)
	separator := "["
	err := found.Each(func(r *api.Report) error {
		t := table{report: r}
		for i := range r.Findings {
			f := &r.Findings[i]
			if f.Severity == api.Info && !t.showsInfo() {
				continue
			}
			text, err := json.MarshalIndent(gitlabIssueOf(r, f, found.prefix(r)), "  ", "  ")
			if err != nil {
				return err
			}
			write(out, separator, "\n  ", string(text))
			separator = ","
		}
		return nil
	})
	if separator == "[" {
		write(out, separator)
	}
	write(out, "\n]\n")
	return cmp.Or(err, out.Flush())
}

// gitlabIssueOf distinguishes findings in different clusters, which may have the same
// fingerprint, by a prefix.
func gitlabIssueOf(r *api.Report, f *api.Finding, prefix string) gitlabIssue {
	issue := gitlabIssue{
		CheckName: f.Check, Description: visible(prefix + locatedName(f.Object) + ": " + f.Message),
		Fingerprint: prefix + f.Fingerprint, Severity: gitlabSeverities[f.Severity],
		Location: gitlabLocation{objectPath(r, f.Object), gitlabLines{1}},
	}
	if f.Source != nil && !isURL(f.Source.File) {
		issue.Location = gitlabLocation{path.Clean(f.Source.File), gitlabLines{max(f.Source.Line, 1)}}
	}
	return issue
}

type gitlabIssue struct {
	CheckName   string         `json:"check_name"`
	Description string         `json:"description"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

var gitlabSeverities = map[api.Severity]string{
	api.Critical: "blocker", api.High: "critical", api.Medium: "major", api.Low: "minor", api.Info: "info",
}
