package printers

import (
	"encoding/csv"
	"strings"
	"testing"
)

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"=cmd|'/c calc'!A1", "+1", "-1", "@SUM(1)", "\t=1", "a\",\n=1", "\"a\tb", "＝1", "", "\u00a0=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := changed()
		r.Findings[0].Message, r.Findings[0].Object.Name = text, text
		r.Sanitize()
		for name, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
			reader := csv.NewReader(strings.NewReader(formatted(t, name, foundIn(r))))
			reader.Comma, reader.LazyQuotes = comma, name == "tsv"
			rows, err := reader.ReadAll()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(rows) != len(r.Findings)+1 {
				t.Errorf("%s: %d rows", name, len(rows))
			}
			for _, row := range rows {
				if len(row) != 15 {
					t.Errorf("%s: %d cells: %q", name, len(row), row)
				}
				for _, cell := range row {
					if cell != "" && strings.Contains("=+-@\t\r", cell[:1]) {
						t.Errorf("%s: a formula: %q", name, cell)
					}
				}
			}
			if got := strings.TrimPrefix(rows[1][5], "'"); got != strings.TrimPrefix(r.Findings[0].Object.Name, "'") {
				t.Errorf("%s: %q became %q", name, r.Findings[0].Object.Name, got)
			}
		}
	})
}
