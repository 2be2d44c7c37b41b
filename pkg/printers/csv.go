package printers

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// CSV writes a line for each finding, for spreadsheets.
func CSV(w io.Writer, found Found) error { return writeCSV(w, sheet(found)) }

func writeCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		for i := range row {
			row[i] = inert(visible(row[i]))
		}
		_ = out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// TSV is CSV with tabs. No text contains a tab, so there are no quotes.
func TSV(w io.Writer, found Found) error {
	var out strings.Builder
	for _, row := range sheet(found) {
		for i := range row {
			row[i] = inert(visible(row[i]))
		}
		out.WriteString(strings.Join(row, "\t") + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func sheet(found Found) [][]string {
	var rows [][]string
	if !found.NoHeaders {
		rows = append(rows, []string{
			"CLUSTER", "SEVERITY", "CHECK", "NAMESPACE", "KIND", "NAME", "CONTAINER", "FINDING", "SINCE", "CHANGE", "FILE", "LINE",
			"EVIDENCE", "FIX", "FINGERPRINT",
		})
	}
	found.eachFinding(func(r *api.Report, f *api.Finding) {
		var since, file, line string
		if f.Since != nil {
			since = f.Since.UTC().Format(time.RFC3339)
		}
		if f.Source != nil {
			file, line = f.Source.File, strconv.Itoa(f.Source.Line)
		}
		o := f.Object
		rows = append(rows, []string{
			r.Metadata.Name, string(f.Severity), f.Check, o.Namespace, o.Kind, o.Name, o.Container, f.Message, since, string(f.Change), file, line,
			evidenceText(f.Evidence), f.Fix, f.Fingerprint,
		})
	})
	return rows
}

// inert keeps a spreadsheet from reading a text as a formula.
func inert(text string) string {
	if strings.ContainsAny(text[:min(len(text), 1)], "=+-@\t\r\n") || strings.HasPrefix(text, "＝") || strings.HasPrefix(text, "＋") ||
		strings.HasPrefix(text, "－") || strings.HasPrefix(text, "＠") {
		return "'" + text
	}
	return text
}
