package printers

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// CSV writes a line for each finding, for spreadsheets.
func CSV(w io.Writer, found Found) error {
	out := csv.NewWriter(w)
	err := found.eachRow(func(row []string) error { return out.Write(inertCells(row)) })
	out.Flush()
	return cmp.Or(err, out.Error())
}

func writeCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		_ = out.Write(inertCells(row))
	}
	out.Flush()
	return out.Error()
}

// TSV is CSV with tabs. No text contains a tab, so there are no quotes. If a cell began with
// one, some readers would look for its end in later cells.
func TSV(w io.Writer, found Found) error {
	out := bufio.NewWriter(w)
	err := found.eachRow(func(row []string) error {
		for i, text := range inertCells(row) {
			if strings.HasPrefix(text, `"`) {
				row[i] = "'" + text
			}
		}
		_, err := out.WriteString(strings.Join(row, "\t") + "\n")
		return err
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// eachRow visits the header and a row for each finding.
func (f Found) eachRow(visit func(row []string) error) error {
	if !f.NoHeaders {
		header := []string{
			"CLUSTER", "SEVERITY", "CHECK", "NAMESPACE", "KIND", "NAME", "CONTAINER", "FINDING", "SINCE", "CHANGE", "FILE", "LINE",
			"EVIDENCE", "FIX", "FINGERPRINT",
		}
		if err := visit(header); err != nil {
			return err
		}
	}
	return f.Each(func(r *api.Report) error {
		for i := range r.Findings {
			if err := visit(rowOf(r, &r.Findings[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

func rowOf(r *api.Report, f *api.Finding) []string {
	var since, file, line string
	if f.Since != nil {
		since = f.Since.UTC().Format(time.RFC3339)
	}
	if f.Source != nil {
		file, line = f.Source.File, strconv.Itoa(f.Source.Line)
	}
	o := f.Object
	return []string{
		r.Metadata.Name, string(f.Severity), f.Check, o.Namespace, o.Kind, o.Name, o.Container, f.Message, since, string(f.Change), file, line,
		evidenceText(f.Evidence), f.Fix, f.Fingerprint,
	}
}

func inertCells(row []string) []string {
	for i := range row {
		row[i] = inert(visible(row[i]))
	}
	return row
}

// inert keeps a spreadsheet from reading a text as a formula.
func inert(text string) string {
	if strings.ContainsAny(text[:min(len(text), 1)], "=+-@\t\r\n") || strings.HasPrefix(text, "＝") || strings.HasPrefix(text, "＋") ||
		strings.HasPrefix(text, "－") || strings.HasPrefix(text, "＠") {
		return "'" + text
	}
	return text
}
