package printers

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

func print(t *testing.T, r *report.Report, o Options) string {
	t.Helper()
	var out strings.Builder
	if err := Table(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTable(t *testing.T) {
	everyone := map[string]Options{
		"piped": {},
		"80":    {Width: 80},
	}
	full := map[string]Options{
		"piped-wide": {Wide: true},
		"no-headers": {NoHeaders: true},
		"60":         {Width: 60},
		"80-wide":    {Width: 80, Wide: true},
		"80-color":   {Width: 80, Color: true},
		"120":        {Width: 120},
	}
	maps.Copy(full, everyone)
	for name, test := range map[string]struct {
		report   *report.Report
		variants map[string]Options
	}{
		"shop":       {shop(), full},
		"cluster":    {cluster(), full},
		"perfect":    {perfect(), everyone},
		"empty":      {empty(), everyone},
		"unreadable": {unreadable(), everyone},
		"excepted": {excepted(), map[string]Options{
			"80": {Width: 80}, "80-suppressed": {Width: 80, ShowSuppressed: true}, "80-wide": {Width: 80, Wide: true},
			"60-suppressed": {Width: 60, ShowSuppressed: true}, "piped-suppressed": {ShowSuppressed: true},
		}},
	} {
		for variant, o := range test.variants {
			t.Run(name+"/"+variant, func(t *testing.T) {
				golden(t, name+"."+variant+".txt", print(t, test.report, o))
			})
		}
	}
}

// Commands are not wrapped, so that they can be pasted; all else fits.
func TestTableFitsTheTerminal(t *testing.T) {
	for _, r := range []*report.Report{shop(), cluster(), perfect(), empty(), unreadable(), excepted()} {
		for _, width := range []int{72, 80, 100, 120, 200} {
			for line := range strings.Lines(print(t, r, Options{Width: width, Wide: true})) {
				line = strings.TrimSuffix(line, "\n")
				if !strings.Contains(line, "kubectl -n") && runewidth.StringWidth(line) > width {
					t.Errorf("wider than %d: %s", width, line)
				}
			}
		}
	}
}

// grep sees all of a finding in one line.
func TestPipedTableIsComplete(t *testing.T) {
	r := cluster()
	r.Findings[0].Message = strings.Repeat("a long message ", 60) + "and its end"
	r.Findings[0].Object.Name = strings.Repeat("n", 253)
	out := print(t, r, Options{})
	for _, f := range r.Findings {
		found := false
		for line := range strings.Lines(out) {
			found = found || strings.Contains(line, f.Check) && strings.Contains(line, f.Object.Name) && strings.Contains(line, f.Message)
		}
		if !found {
			t.Errorf("no line holds all of the finding of %s", f.Object.Name)
		}
	}
	for _, n := range r.Namespaces {
		if !strings.Contains(out, n.Name) {
			t.Errorf("namespace %s is missing", n.Name)
		}
	}
}

func TestColorOnlyRepeatsWords(t *testing.T) {
	for _, r := range []*report.Report{shop(), cluster(), perfect(), empty(), unreadable(), excepted()} {
		plain := print(t, r, Options{Width: 80})
		colored := print(t, r, Options{Width: 80, Color: true})
		if got := stripColors(colored); got != plain {
			t.Errorf("without its colours the output is\n%s\nwant\n%s", got, plain)
		}
	}
}

// Many findings alike are one entry, unless the table is wide; few that matter
// are not.
func TestFindingsAlikeAreMerged(t *testing.T) {
	r := report.New()
	r.Scope.AllNamespaces = true
	add := func(check string, severity report.Severity, namespace, name, message string) {
		o := report.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: namespace, Name: name}
		r.Findings = append(r.Findings, report.Finding{Check: check, Severity: severity, Object: o, Message: message})
	}
	for i := range 11 {
		add("oom", report.Critical, "a", fmt.Sprint("web", i), "killed")
	}
	for i := range 10 {
		add("latest", report.High, "a", fmt.Sprint("web", i), "latest")
	}
	for i := range 4 {
		add("recreates", report.Medium, "a", fmt.Sprint("web", i), "is down")
	}
	add("writable", report.Low, "a", "web", "is writable")
	add("writable", report.Low, "b", "db", "is writable")
	add("silent", report.Low, "b", "db", "5 minutes silent")
	add("silent", report.Low, "b", "web", "9 minutes silent")
	add("single", report.Info, "b", "web", "alone")
	tab := table{report: r}
	var got []string
	for _, e := range tab.entries() {
		if e.Check != "latest" {
			got = append(got, strings.Join([]string{e.namespace, e.Check, e.object, e.Message}, " | "))
		}
	}
	want := []string{
		"a | oom | 11 objects | deploy/web0, deploy/web1, deploy/web2 and 8 more: killed",
		"a | recreates | 4 objects | deploy/web0, deploy/web1, deploy/web2 and 1 more: is down",
		"<multiple> | writable | 2 objects | deploy/web, deploy/db: is writable",
		"b | silent | 2 objects | deploy/db, deploy/web; the first: 5 minutes silent",
		"b | single | deploy/web | alone",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(tab.entries()); n != 10+5 {
		t.Errorf("%d entries: ten of one check are not too many", n)
	}
	tab.Wide = true
	if n := len(tab.entries()); n != len(r.Findings) {
		t.Errorf("%d entries of %d findings", n, len(r.Findings))
	}
}
