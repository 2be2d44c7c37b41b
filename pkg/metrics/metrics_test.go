package metrics

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var update = flag.Bool("update", false, "write the golden files and the table of metrics")

func write(t *testing.T, audits ...Audit) string {
	t.Helper()
	var text bytes.Buffer
	if err := Write(&text, audits...); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestText(t *testing.T) {
	failed := Of(shop(), 90*time.Second)
	failed.Failed = true
	for name, audits := range map[string][]Audit{
		"shop":     {Of(shop(), 1500*time.Millisecond)},
		"changed":  {Of(changed(), time.Second)},
		"void":     {Of(void(), time.Second)},
		"failed":   {failed},
		"first":    {{Cluster: "prod-eu", Ended: true, Failed: true, Version: "v0.1.0"}},
		"before":   {{Cluster: "prod-eu", Version: "v0.1.0"}},
		"clusters": {Of(shop(), time.Second), Of(void(), time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			got := write(t, audits...)
			file := filepath.Join("testdata", name+".prom")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got); make generate accepts it:\n%s", file, diff)
			}
			if again := write(t, audits...); again != got {
				t.Error("the same reports give different bytes")
			}
			problems, err := promlint.New(strings.NewReader(got)).Lint()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Errorf("%s: %s", p.Metric, p.Text)
			}
		})
	}
}

// The number of series is limited, and no finding is missing from the sums.
func TestSeriesAreBounded(t *testing.T) {
	r := huge()
	gatherer, err := Gatherer(Of(r, time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	families, err := gatherer.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all, open := 0, 0.0
	namespaces := map[string]bool{}
	for _, family := range families {
		all += len(family.Metric)
		if family.GetName() != checkFindings.Name {
			continue
		}
		for _, m := range family.Metric {
			open += m.GetGauge().GetValue()
			namespaces[label(m, "namespace")] = true
		}
	}
	if int(open) != len(r.Findings) {
		t.Errorf("%v findings in metrics, %d in the report", open, len(r.Findings))
	}
	if len(namespaces) != MaxNamespaces+1 || !namespaces[OtherNamespaces] {
		t.Errorf("%d namespaces, want %d and %q", len(namespaces), MaxNamespaces, OtherNamespaces)
	}
	if !namespaces["team-999"] || !namespaces["team-000"] || namespaces["team-099"] {
		t.Error("critical namespaces come first, then those of the lowest score")
	}
	if limit := 83*(MaxNamespaces+1) + MaxNamespaces + MaxCriticals + 60; all > limit {
		t.Errorf("%d series, want at most %d", all, limit)
	}
}

// Two hundred clusters have as many series with a namespace as ten, but for the sums of
// the others.
func TestClustersShareLimits(t *testing.T) {
	for clusters, want := range map[int]int{0: MaxNamespaces, 1: MaxNamespaces, 10: MaxNamespaces, 11: 90, 200: 5, 5000: 1} {
		a := Of(huge(), time.Minute)
		a.Clusters = clusters
		gatherer, err := Gatherer(a)
		if err != nil {
			t.Fatal(err)
		}
		families, err := gatherer.Gather()
		if err != nil {
			t.Fatal(err)
		}
		open := 0.0
		for _, family := range families {
			switch family.GetName() {
			case namespaceScore.Name:
				if len(family.Metric) != want {
					t.Errorf("%d clusters: %d namespaces, want %d", clusters, len(family.Metric), want)
				}
			case checkFindings.Name:
				for _, m := range family.Metric {
					open += m.GetGauge().GetValue()
				}
			}
		}
		if int(open) != len(a.Report.Findings) {
			t.Errorf("%d clusters: %v findings in metrics, %d in the report", clusters, open, len(a.Report.Findings))
		}
	}
}

func TestCriticalsAreTheNewest(t *testing.T) {
	r := newReport("prod-eu")
	for age := 90; age > 0; age-- {
		since := ago(time.Duration(age) * time.Minute)
		if age%10 == 0 {
			since = nil
		}
		r.Findings = append(r.Findings, finding("pod-unready", api.Critical, "Pod", "shop", "web-"+string(rune('a'+age)), since))
	}
	criticals := newestCriticals(r.Findings, MaxCriticals)
	if len(criticals) != MaxCriticals {
		t.Fatalf("%d criticals", len(criticals))
	}
	for i, f := range criticals[1:] {
		if f.Since == nil || criticals[i].Since.Before(f.Since) {
			t.Errorf("number %d is newer than the one before, or of unknown age", i+1)
		}
	}
	r.Findings = r.Findings[:20]
	if all := newestCriticals(r.Findings, MaxCriticals); len(all) != 20 || all[17].Since == nil || all[18].Since != nil {
		t.Errorf("%d criticals; those of unknown age come last", len(all))
	}
}

// Two APIs may have kinds with the same name. That must not produce the same
// series twice, because Prometheus would then reject all of them.
func TestKindsOfOneName(t *testing.T) {
	r := shop()
	other := r.Findings[0]
	other.Object.APIVersion = "example.com/v1"
	r.Findings = append(r.Findings, other)
	if text := write(t, Of(r, 0)); strings.Count(text, `name="worker"`) != 1 {
		t.Error(text)
	}
}

func TestClustersOfOneName(t *testing.T) {
	err := Write(full{}, Of(shop(), 0), Of(shop(), 0))
	if err == nil || !strings.Contains(err.Error(), `both named "prod-eu"`) {
		t.Error(err)
	}
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestTextThatCannotBeWritten(t *testing.T) {
	if err := Write(full{}, Of(shop(), 0)); !errors.Is(err, errFull) {
		t.Errorf("%v, want %v", err, errFull)
	}
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.Label {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}
