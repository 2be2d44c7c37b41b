package printers

import (
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func printClusters(t *testing.T, l *api.ReportList, o Options) string {
	t.Helper()
	var out strings.Builder
	found := foundAll(l)
	found.Options = o
	if err := Clusters(&out, found); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestClusters(t *testing.T) {
	for variant, o := range map[string]Options{
		"piped":      {},
		"piped-wide": {Wide: true},
		"no-headers": {NoHeaders: true},
		"80":         {Width: 80},
		"80-color":   {Width: 80, Color: true},
		"120":        {Width: 120},
	} {
		t.Run(variant, func(t *testing.T) { golden(t, "clusters."+variant+".txt", printClusters(t, several(), o)) })
	}
}

func TestClustersFitTheTerminal(t *testing.T) {
	for _, width := range []int{72, 80, 100, 120} {
		for line := range strings.Lines(printClusters(t, several(), Options{Width: width})) {
			if line = strings.TrimSuffix(line, "\n"); runewidth.StringWidth(line) > width {
				t.Errorf("wider than %d: %s", width, line)
			}
		}
	}
}

// All clusters are shown, audited or not.
func TestClustersWithoutReports(t *testing.T) {
	l := api.NewList()
	l.Failed = []api.Failure{api.NewFailure("dead\n", "\x1b[2J\nforged")}
	want := "CLUSTER  GRADE  SCORE  READY  CRITICAL  HIGH  MEDIUM  LOW  COVERAGE\n" +
		`dead\n   not audited: \x1b[2J\nforged` + "\n"
	if got := printClusters(t, l, Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestColorOfClustersOnlyRepeatsWords(t *testing.T) {
	plain := printClusters(t, several(), Options{Width: 80})
	if got := stripColors(printClusters(t, several(), Options{Width: 80, Color: true})); got != plain {
		t.Errorf("without its colors the output is\n%s\nwant\n%s", got, plain)
	}
}

// A high mean hides workloads that are not ready.
func TestLeastReadyClusterComesFirst(t *testing.T) {
	cluster := func(name string, score, ready, workloads int) *api.Report {
		r := api.New()
		r.Metadata.Name = name
		r.Summary.Score = api.Score{Score: &score, Grade: "B"}
		if workloads > 0 {
			r.Summary.Readiness = &api.Readiness{Ready: ready, Workloads: workloads}
		}
		return r
	}
	reports := []*api.Report{cluster("empty", 100, 0, 0), cluster("large", 85, 99, 100), cluster("small", 95, 1, 2), cluster("other", 70, 1, 2)}
	var names []string
	for _, item := range foundIn(reports...).leastReadyFirst() {
		names = append(names, item.Name)
	}
	if want := []string{"other", "small", "large", "empty"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}
