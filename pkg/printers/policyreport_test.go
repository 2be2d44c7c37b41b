package printers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// policyReportsOf reads what is written for kubectl apply.
func policyReportsOf(t testing.TB, text string) []policyReport {
	t.Helper()
	var reports []policyReport
	for document := range strings.SplitSeq(strings.TrimPrefix(text, "---\n"), "\n---\n") {
		var report policyReport
		if err := yaml.UnmarshalStrict([]byte(document), &report); err != nil {
			t.Fatal(err)
		}
		reports = append(reports, report)
	}
	return reports
}

func TestPolicyReportsAreSplit(t *testing.T) {
	r := changed()
	for i := range 1000 {
		f := r.Findings[0]
		f.Object.Name = fmt.Sprintf("web-%d", i)
		r.Findings = append(r.Findings, f)
	}
	reports := policyReportsOf(t, formatted(t, "policyreport", foundIn(r)))
	results, names := 0, map[string]bool{}
	for _, report := range reports {
		text, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 256<<10 {
			t.Errorf("%s has %d bytes", report.Metadata.Name, len(text))
		}
		if report.Kind == "Report" {
			results += len(report.Results)
		}
		name := report.Kind + report.Metadata.Name
		if names[name] {
			t.Errorf("two are called %s", name)
		}
		names[name] = true
		if sum := report.Summary; sum.Fail+sum.Skip+sum.Warn != len(report.Results) {
			t.Errorf("%v of %d results", sum, len(report.Results))
		}
	}
	if want := len(r.Findings) + len(r.Suppressed); results != want || !names["Reportprodcheck-2"] {
		t.Errorf("%d results, want %d, in %v", results, want, names)
	}
}

func FuzzPolicyReport(f *testing.F) {
	f.Add("x\n---\nkind: ClusterRoleBinding")
	f.Add("{{ .x }}: *a &b !!c")
	f.Fuzz(func(t *testing.T, text string) {
		r := changed()
		r.Findings[0].Message, r.Findings[0].Object.Name, r.Findings[0].Fix = text, text, text
		r.Sanitize()
		reports := policyReportsOf(t, formatted(t, "policyreport", foundIn(r)))
		if len(reports) != 2 || reports[1].Results[0].Message != r.Findings[0].Message || reports[1].Results[0].Resources[0].Name != r.Findings[0].Object.Name {
			t.Errorf("%d reports: %+v", len(reports), reports)
		}
	})
}
