// Package watch checks the alert rules and the dashboard against the metrics
// that prodcheck serves: a real Prometheus answers each of their queries.
package watch

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
)

const (
	rulesFile = "../../deploy/prometheus/rules.yaml"
	boardFile = "../../deploy/grafana/prodcheck.json"
)

// answer is the expected answer to a query: one of the samples has these labels
// and such a value.
type answer struct {
	labels string
	value  func(float64) bool
}

func is(want float64) func(float64) bool     { return func(v float64) bool { return v == want } }
func above(least float64) func(float64) bool { return func(v float64) bool { return v > least } }
func little(v float64) bool                  { return v < 0.5 }
func percent(v float64) bool                 { return v >= 0 && v < 90 }

// The clusters of the test: one with faults, one whose API server is gone, one
// in which nothing may be read, and one that is no longer audited.
const (
	faulty  = "faulty"
	dead    = "dead"
	blind   = "blind"
	retired = "retired"
)

// answers lists the expected answers to each query of the rules and the
// dashboard.
var answers = map[string]answer{
	"alert ProdcheckCriticalFindingNew":  {`{check="container-oom-killed", cluster="faulty", namespace="shop"}`, is(1)},
	"alert ProdcheckCriticalFindingOpen": {`{check="service-without-endpoints", cluster="faulty", namespace="shop"}`, is(1)},
	"alert ProdcheckScoreDropped":        {`{cluster="faulty"}`, above(10)},
	"alert ProdcheckReadinessDropped":    {`{cluster="faulty"}`, above(0.1)},
	"alert ProdcheckCoverageLow":         {`{cluster="blind"}`, little},
	"alert ProdcheckAuditStale":          {`{cluster="retired"}`, above(3 * 3600)},
	"alert ProdcheckAuditFailing":        {`{cluster="dead"}`, is(0)},

	"panel Score A":                         {`{cluster="faulty"}`, percent},
	"panel Workloads ready A":               {`{cluster="faulty"}`, little},
	"panel Coverage A":                      {`{cluster="faulty"}`, is(1)},
	"panel Critical findings A":             {`{cluster="faulty"}`, is(2)},
	"panel Age of the last audit A":         {`{cluster="faulty"}`, above(-1)},
	"panel Score over time A":               {`{cluster="faulty"}`, percent},
	"panel Coverage over time A":            {`{cluster="blind"}`, little},
	"panel Findings by severity A":          {`{severity="critical"}`, above(1)},
	"panel Checks with the most findings A": {`{check="container-oom-killed"}`, above(0)},
	"panel Worst namespaces A":              {`{cluster="faulty", namespace="shop"}`, percent},
	"panel Worst namespaces B":              {`{cluster="faulty", namespace="shop"}`, is(2)},
	"panel Worst namespaces C":              {`{cluster="faulty", namespace="shop"}`, above(0)},
	"panel Newest critical findings A": {
		`{check="container-oom-killed", cluster="faulty", container="app", kind="Deployment", name="cart", namespace="shop"}`, above(1e12),
	},
	"panel New since a day ago A":   {`{cluster="faulty"}`, above(1)},
	"panel Gone since a day ago A":  {`{cluster="faulty"}`, is(0)},
	"panel New and gone A":          {`{change="new"}`, above(1)},
	"panel New and gone B":          {`{change="gone"}`, is(0)},
	"panel Open longest A":          {`{severity="critical"}`, above(-1)},
	"panel Audits A":                {`{cluster="dead"}`, is(0)},
	"panel Duration of audits A":    {`{cluster="dead"}`, above(0)},
	"panel Not read or judged A":    {`{cluster="blind"}`, above(10)},
	"panel Not read or judged B":    {`{cluster="blind"}`, above(10)},
	"panel Not read or judged C":    {`{cluster="faulty"}`, is(0)},
	"panel Audited objects A":       {`{cluster="faulty", kind="service"}`, above(0)},
	"panel Versions of prodcheck A": {`{cluster="faulty", version="v0.0.0-test"}`, is(1)},
}

// queries returns all queries of the rules and the dashboard, as Grafana sends
// them if all clusters are chosen.
func queries(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, r := range readRules(t) {
		found["alert "+r.Alert] = r.Expr
	}
	for _, p := range readBoard(t).Panels {
		for _, target := range p.Targets {
			found[fmt.Sprintf("panel %s %s", p.Title, target.RefID)] = strings.ReplaceAll(target.Expr, "$cluster", ".*")
		}
	}
	return found
}

type rule struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func readRules(t *testing.T) []rule {
	t.Helper()
	data, err := os.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Groups []struct{ Rules []rule } }
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Groups) != 1 {
		t.Fatalf("%d groups of rules", len(file.Groups))
	}
	return file.Groups[0].Rules
}

type datasource struct{ Type, UID string }

type board struct {
	Title, UID    string
	SchemaVersion int
	Templating    struct {
		List []struct{ Name, Type, Definition string }
	}
	Panels []struct {
		ID         int
		Title      string
		Type       string
		Datasource datasource
		GridPos    struct{ X, Y, W, H int }
		Targets    []struct {
			Datasource  datasource
			RefID, Expr string
		}
	}
}

func readBoard(t *testing.T) board {
	t.Helper()
	data, err := os.ReadFile(boardFile)
	if err != nil {
		t.Fatal(err)
	}
	var b board
	if err := json.Unmarshal(data, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryQueryIsTested(t *testing.T) {
	found := queries(t)
	for name := range found {
		if _, tested := answers[name]; !tested {
			t.Errorf("%s: no answer is expected", name)
		}
	}
	for name := range answers {
		if _, exists := found[name]; !exists {
			t.Errorf("%s: an answer without a query", name)
		}
	}
}

// For Prometheus, a metric or a label that does not exist is not an error: an
// alert would stay silent forever.
func TestQueriesAskForWhatExists(t *testing.T) {
	labels := map[string][]string{}
	for _, m := range metrics.Metrics {
		labels[m.Name] = append([]string{metrics.ClusterLabel}, m.Labels...)
	}
	values := map[string][]string{"severity": {}, "outcome": {}}
	for _, s := range api.Severities {
		values["severity"] = append(values["severity"], string(s))
	}
	for _, o := range api.Outcomes {
		values["outcome"] = append(values["outcome"], string(o))
	}
	selector := regexp.MustCompile(`(prodcheck_\w+)(\{[^}]*\})?`)
	matcher := regexp.MustCompile(`(\w+)\s*(?:=~|!=|!~|=)\s*"([^"]*)"`)
	asked := map[string]bool{}
	for name, query := range queries(t) {
		for _, s := range selector.FindAllStringSubmatch(query, -1) {
			asked[s[1]] = true
			if labels[s[1]] == nil {
				t.Errorf("%s: there is no metric %s", name, s[1])
			}
			for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
				if !slices.Contains(labels[s[1]], m[1]) {
					t.Errorf("%s: %s has no label %s", name, s[1], m[1])
				}
				for _, value := range strings.Split(m[2], "|") {
					if known := values[m[1]]; known != nil && !slices.Contains(known, value) {
						t.Errorf("%s: %s is never %q", name, m[1], value)
					}
				}
			}
		}
	}
	for name := range labels {
		if !asked[name] {
			t.Errorf("%s is asked for by no rule and no panel", name)
		}
	}
}

func TestRulesSayWhatToDo(t *testing.T) {
	for _, r := range readRules(t) {
		if r.Labels["severity"] != "warning" && r.Labels["severity"] != "critical" {
			t.Errorf("%s: severity %q", r.Alert, r.Labels["severity"])
		}
		if got := slices.Sorted(maps.Keys(r.Annotations)); !slices.Equal(got, []string{"description", "runbook_url", "summary"}) {
			t.Errorf("%s: annotations %v", r.Alert, got)
		}
		if !strings.Contains(r.Annotations["description"], "kubectl prodcheck ") {
			t.Errorf("%s: no command to look further", r.Alert)
		}
	}
}

// The page has a row for each alert, and the links of alerts lead to existing
// places.
func TestAlertsAreDocumented(t *testing.T) {
	const page = "../../docs/monitoring.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (Prodcheck\w+) \|.*\| (\w+) \|$`).FindAllStringSubmatch(string(data), -1) {
		documented[row[1]] = row[2]
	}
	alerts := map[string]string{}
	const ours = "https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/"
	for _, r := range readRules(t) {
		alerts[r.Alert] = r.Labels["severity"]
		switch r.Annotations["runbook_url"] {
		case ours + "monitoring.md#alerts", ours + "checks/{{ $labels.check }}.md":
		default:
			t.Errorf("%s leads to %s", r.Alert, r.Annotations["runbook_url"])
		}
	}
	if !maps.Equal(alerts, documented) {
		t.Errorf("%s has %v, want %v", page, documented, alerts)
	}
	if !strings.Contains(string(data), "\n## Alerts\n") {
		t.Errorf("%s has no part on alerts", page)
	}
}

func TestBoard(t *testing.T) {
	b := readBoard(t)
	if b.Title == "" || b.UID == "" || b.SchemaVersion < 39 {
		t.Errorf("%q, %q, schema version %d", b.Title, b.UID, b.SchemaVersion)
	}
	variables := map[string]string{}
	for _, v := range b.Templating.List {
		variables[v.Name] = v.Type + " " + v.Definition
	}
	if variables["datasource"] != "datasource " || variables["cluster"] != "query label_values(prodcheck_build_info, cluster)" {
		t.Errorf("variables: %v", variables)
	}
	own := datasource{"prometheus", "${datasource}"}
	taken := map[[2]int]string{}
	ids := map[int]bool{}
	for _, p := range b.Panels {
		if p.Datasource != own || len(p.Targets) == 0 {
			t.Errorf("%s: source %v, %d targets", p.Title, p.Datasource, len(p.Targets))
		}
		if ids[p.ID] {
			t.Errorf("%s: ID %d is taken", p.Title, p.ID)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			if target.Datasource != own || !strings.Contains(target.Expr, `cluster=~"$cluster"`) {
				t.Errorf("%s: the chosen data source and clusters do not matter to %s", p.Title, target.Expr)
			}
		}
		if p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s is wider than the board", p.Title)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" {
					t.Fatalf("%s covers %s", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}
