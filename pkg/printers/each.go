package printers

import (
	"fmt"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// gaps lists what a report does not judge, one sentence each.
func gaps(r *api.Report) []string { return append(unread(r), notJudged(r)...) }

// unread lists what could not be read.
func unread(r *api.Report) []string {
	var texts []string
	for _, i := range r.Incomplete {
		text := "not read: " + i.Resource
		if i.Partial {
			text = "read in part: " + i.Resource
		}
		if i.Namespace != "" {
			text += " in namespace " + i.Namespace
		}
		texts = append(texts, text+": "+i.Reason)
	}
	for _, n := range r.NotRead {
		texts = append(texts, "not read: "+n.File+": "+n.Reason)
	}
	return texts
}

// notJudged lists the checks that could not judge, by reason.
func notJudged(r *api.Report) []string {
	ids := map[string][]string{}
	var texts, reasons []string
	for _, c := range r.Checks {
		if c.Outcome != api.Unknown {
			continue
		}
		if ids[c.Reason] == nil {
			reasons = append(reasons, c.Reason)
		}
		ids[c.Reason] = append(ids[c.Reason], c.ID)
	}
	for _, reason := range reasons {
		texts = append(texts, "not judged: "+strings.Join(ids[reason], ", ")+": "+reason)
	}
	return texts
}

// summaryText sums up a report in one line.
func summaryText(r *api.Report) string {
	t := table{report: r}
	return strings.Join(append([]string{t.scopeText() + ": " + gradeText(r.Summary)}, summaryParts(r)...), "; ")
}

// summaryParts lists the numbers beside the grade.
func summaryParts(r *api.Report) []string {
	t := table{report: r}
	var parts []string
	if ready := r.Summary.Readiness; ready != nil && ready.Workloads > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s ready", ready.Ready, Plural(ready.Workloads, "workload")))
	}
	parts = append(parts, t.findingsText())
	if r.Summary.Coverage < 1 {
		parts = append(parts, "coverage "+coverageText(r.Summary.Coverage))
	}
	return parts
}

func isURL(file string) bool {
	return strings.HasPrefix(file, "http://") || strings.HasPrefix(file, "https://")
}
