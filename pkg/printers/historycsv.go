package printers

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// HistoryCSV writes a line for each audit, for spreadsheets.
func HistoryCSV(w io.Writer, h *api.History, o Options) error {
	rows := header(o, "CLUSTER", "NAMESPACES", "SELECTOR", "TIME", "VERSION", "GRADE", "SCORE", "READY", "WORKLOADS", "COVERAGE",
		"CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO", "SUPPRESSED", "NEW", "GONE")
	for i := range h.Items {
		r := &h.Items[i]
		row := []string{
			r.Name, strings.Join(r.Scope.Namespaces, " "), r.Scope.Selector, secondText(&r.CreationTimestamp), r.Version,
			string(r.Grade), scoreCell(r.Score), "", "", fmt.Sprint(r.Coverage),
		}
		if ready := r.Readiness; ready != nil {
			row[7], row[8] = strconv.Itoa(ready.Ready), strconv.Itoa(ready.Workloads)
		}
		for _, severity := range api.Severities {
			row = append(row, strconv.Itoa(r.Findings.Of(severity)))
		}
		row = append(row, strconv.Itoa(r.Findings.Suppressed))
		for _, counts := range []*api.Counts{r.New, r.Gone} {
			text := ""
			if counts != nil {
				text = strconv.Itoa(counts.Total())
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return writeCSV(w, rows)
}

// LivesCSV writes a line for each time during which a finding was open.
func LivesCSV(w io.Writer, h *api.History, o Options) error {
	rows := header(o, "CLUSTER", "NAMESPACES", "SEVERITY", "CHECK", "NAMESPACE", "KIND", "NAME", "CONTAINER", "FROM", "UNTIL", "FINGERPRINT")
	for i := range h.Findings {
		l := &h.Findings[i]
		for _, p := range l.Periods {
			rows = append(rows, []string{
				l.Cluster, strings.Join(l.Scope.Namespaces, " "), string(l.Severity), l.Check, l.Object.Namespace, l.Object.Kind, l.Object.Name,
				l.Object.Container, secondText(&p.From), secondText(p.Until), l.Fingerprint,
			})
		}
	}
	return writeCSV(w, rows)
}

func header(o Options, names ...string) [][]string {
	if o.NoHeaders {
		return nil
	}
	return [][]string{names}
}

func scoreCell(s api.Score) string {
	if s.Score == nil {
		return ""
	}
	return strconv.Itoa(*s.Score)
}

// secondText is empty for no time.
func secondText(at *metav1.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
