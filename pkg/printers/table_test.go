package printers

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func print(t *testing.T, r *api.Report, o Options) string {
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
		report   *api.Report
		variants map[string]Options
	}{
		"shop":    {shop(), full},
		"cluster": {cluster(), full},
		"perfect": {perfect(), everyone},
		"empty":   {empty(), everyone},
		"compared": {compared(), map[string]Options{
			"80": {Width: 80}, "80-color": {Width: 80, Color: true}, "80-wide": {Width: 80, Wide: true}, "piped": {}, "120": {Width: 120},
		}},
		"yesterday": {yesterday(), everyone},
		"unreadable": {unreadable(), map[string]Options{
			"piped": {}, "80": {Width: 80}, "80-all": {Width: 80, Show: []string{"all"}}, "40-unknown": {Width: 40, Show: []string{"unknown"}},
			"piped-all": {Show: []string{"all"}},
		}},
		"excepted": {excepted(), map[string]Options{
			"80": {Width: 80}, "80-suppressed": {Width: 80, Show: []string{"failed", "suppressed"}}, "80-wide": {Width: 80, Wide: true},
			"60-suppressed": {Width: 60, Show: []string{"failed", "suppressed"}}, "piped-suppressed": {Show: []string{"failed", "suppressed"}},
		}},
	} {
		for variant, o := range test.variants {
			t.Run(name+"/"+variant, func(t *testing.T) {
				golden(t, name+"."+variant+".txt", print(t, test.report, o))
			})
		}
	}
}

// Commands are not wrapped, so that they can be pasted. Everything else fits.
func TestTableFitsTheTerminal(t *testing.T) {
	for _, r := range []*api.Report{shop(), cluster(), perfect(), empty(), unreadable(), excepted()} {
		for _, width := range []int{40, 50, 60, 72, 80, 100, 120, 200, 400} {
			for _, o := range []Options{{}, {Wide: true}, {Show: []string{"all"}}} {
				o.Width = width
				for line := range strings.Lines(print(t, r, o)) {
					line = strings.TrimSuffix(line, "\n")
					if !strings.Contains(line, "kubectl ") && runewidth.StringWidth(line) > width {
						t.Errorf("wider than %d: %s", width, line)
					}
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
	for _, r := range []*api.Report{shop(), cluster(), perfect(), empty(), unreadable(), excepted(), compared()} {
		plain := print(t, r, Options{Width: 80})
		colored := print(t, r, Options{Width: 80, Color: true})
		if got := stripColors(colored); got != plain {
			t.Errorf("without its colors the output is\n%s\nwant\n%s", got, plain)
		}
	}
}

// Similar findings share one row, unless the table is wide.
func TestFindingsAlikeAreOneRow(t *testing.T) {
	r := api.New()
	r.Profile = string(api.Production)
	r.Scope.AllNamespaces = true
	add := func(check string, severity api.Severity, namespace, name, container, message string) {
		o := deployment(namespace, name, container)
		r.Findings = append(r.Findings, api.Finding{Check: check, Severity: severity, Object: o, Message: message})
	}
	for i := range 7 {
		add("oom", api.Critical, "a", fmt.Sprint("web", i), "app", fmt.Sprintf("%d of 9 pods: last termination was an OOM kill, %dm ago", i+1, i))
	}
	add("loop", api.Critical, "a", "web", "app", "in CrashLoopBackOff: ended with exit code 3")
	add("loop", api.Critical, "b", "db", "app", "most likely its liveness probe: killed after 30s")
	add("loop", api.Critical, "b", "web", "", "app: in CrashLoopBackOff: ended with exit code 1; 2 restarts")
	add("latest", api.High, "a", "web", "app", "nginx:latest")
	add("latest", api.Medium, "a", "web", "log", "fluentd:latest")
	add("latest", api.Low, "b", "db", "", "placeholder")
	for i := range 4 {
		add("recreates", api.Medium, "a", fmt.Sprint("web", i), "", "is down")
	}
	add("silent", api.Low, "b", "db", "app", "5 minutes silent")
	add("silent", api.Low, "b", "web", "app", "nothing read for 9 minutes")
	add("single", api.Info, "b", "web", "", "alone")
	tab := table{report: r}
	rows := func() []string {
		var got []string
		for _, e := range tab.entries() {
			got = append(got, strings.Join([]string{e.namespace, string(e.Severity), e.Check, e.object, e.Message}, " | "))
		}
		return got
	}
	want := []string{
		"a | critical | oom | 7 objects | deploy/web0, deploy/web1, deploy/web2, deploy/web3, deploy/web4, and 2 more; the first: 1 of 9 pods: last termination was an OOM kill, 0m ago",
		"<multiple> | critical | loop | 2 objects | a/deploy/web: in CrashLoopBackOff: ended with exit code 3; b/deploy/web: app: in CrashLoopBackOff: ended with exit code 1; 2 restarts",
		"b | critical | loop | deploy/db (app) | most likely its liveness probe: killed after 30s",
		"<multiple> | high | latest | 2 objects | a/deploy/web, b/deploy/db (2 less severe); the worst: nginx:latest",
		"a | medium | recreates | 4 objects | deploy/web0, deploy/web1, deploy/web2, and 1 more: is down",
		"b | low | silent | 2 objects | deploy/db, deploy/web; the first: 5 minutes silent",
	}
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Error(diff)
	}
	r.Policy = &api.Policy{MinSeverity: api.Info}
	if diff := cmp.Diff(append(want, "b | info | single | deploy/web | alone"), rows()); diff != "" {
		t.Errorf("asked for info: %s", diff)
	}
	tab.Wide = true
	if n := len(tab.entries()); n != len(r.Findings) {
		t.Errorf("%d rows of %d findings", n, len(r.Findings))
	}
}

// A table stays readable, however many and however different the findings are.
func TestRowsAreBounded(t *testing.T) {
	r := api.New()
	for i := range 1000 {
		word := strings.Map(func(c rune) rune { return c - '0' + 'a' }, fmt.Sprintf("%06d", i))
		r.Findings = append(r.Findings, api.Finding{Check: "loop", Severity: api.Critical, Object: deployment("a", fmt.Sprint("web", i), ""), Message: word})
	}
	tab := table{report: r}
	rows := tab.entries()
	if last := rows[len(rows)-1]; len(rows) != maxRows || last.object != "991 objects" {
		t.Errorf("%d rows, the last of %s", len(rows), last.object)
	}
}

// If all findings are only information, the report says that there are findings,
// but shows none.
func TestOnlyInfo(t *testing.T) {
	r := perfect()
	r.Findings = []api.Finding{{Check: "cronjob-suspended", Severity: api.Info, Object: deployment("shop", "web", ""), Message: "suspended"}}
	r.Summary.Findings.Info = 1
	golden(t, "info.80.txt", print(t, r, Options{Width: 80}))
	golden(t, "info.80-wide.txt", print(t, r, Options{Width: 80, Wide: true}))
}
