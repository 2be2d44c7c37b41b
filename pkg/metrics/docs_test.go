package metrics

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The table in the documentation is rendered from the metrics; make generate
// rewrites it.
func TestDocumentation(t *testing.T) {
	const file = "../../docs/monitoring.md"
	const begin, end = "<!-- metrics: rendered by make generate -->\n", "<!-- end of metrics -->"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), begin)
	_, after, foundEnd := strings.Cut(rest, end)
	if !found || !foundEnd {
		t.Fatalf("%s has no place for the metrics", file)
	}
	var table strings.Builder
	table.WriteString("| metric | further labels | meaning | series of a cluster |\n|---|---|---|---|\n")
	for _, m := range Metrics {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", m.Name, strings.Join(m.Labels, ", "), m.Help, m.Series)
	}
	want := before + begin + table.String() + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("%s differs (-metrics +page); make generate writes it:\n%s", file, diff)
	}
}

// The help texts name the limits that apply.
func TestTextsNameTheBounds(t *testing.T) {
	for _, m := range []*Metric{checkFindings, namespaceScore} {
		if !strings.Contains(m.Help, fmt.Sprintf("the %d worst namespaces", MaxNamespaces)) &&
			!strings.Contains(m.Help, fmt.Sprintf("The %d worst namespaces", MaxNamespaces)) {
			t.Errorf("%s: %s", m.Name, m.Help)
		}
	}
	if !strings.Contains(criticalSince.Help, fmt.Sprintf("the %d newest", MaxCriticals)) {
		t.Errorf("%s: %s", criticalSince.Name, criticalSince.Help)
	}
}
