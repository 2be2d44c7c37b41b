package deploy

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write what is generated from the checks, the alert rules and the board")

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// generated fails if a file differs from its source.
func generated(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, file); !bytes.Equal(got, want) {
		t.Errorf("%s is out of date: make generate", file)
	}
}

// The role grants what the checks read: kubectl prodcheck rbac prints it.
func TestGeneratedRole(t *testing.T) {
	role := roleFor(t)
	generated(t, filepath.Join(kustomizations, "base", "clusterrole.yaml"), role)
	generated(t, filepath.Join(chartDir, "files", "clusterrole.yaml"), role)
	generated(t, filepath.Join(kustomizations, "watch", "clusterrole.yaml"), roleFor(t, "--observe"))
}

func roleFor(t *testing.T, flags ...string) []byte {
	t.Helper()
	role, err := exec.Command(prodcheck(t), append([]string{"rbac"}, flags...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return role
}

// The alerts are deploy/prometheus/rules.yaml, which promtool tests. A chart
// cannot read files outside of it, and a kustomization cannot turn one into an
// object.
func TestGeneratedRules(t *testing.T) {
	rules := read(t, filepath.Join(root, "deploy", "prometheus", "rules.yaml"))
	generated(t, filepath.Join(chartDir, "files", "rules.yaml"), rules)
	indented := strings.ReplaceAll("\n"+strings.TrimSuffix(string(rules), "\n"), "\n", "\n  ")
	indented = strings.ReplaceAll(indented, "\n  \n", "\n\n")
	generated(t, filepath.Join(kustomizations, "prometheus-operator", "prometheusrule.yaml"), []byte(`apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: prodcheck
  namespace: prodcheck
  labels:
    app.kubernetes.io/name: prodcheck
spec:`+indented+"\n"))
}

// The board is deploy/grafana/prodcheck.json, whose queries are tested.
func TestGeneratedDashboard(t *testing.T) {
	generated(t, filepath.Join(chartDir, "files", "dashboard.json"), read(t, filepath.Join(root, "deploy", "grafana", "prodcheck.json")))
}

// Everything installs the same version.
func TestVersionIsTheSameEverywhere(t *testing.T) {
	var chart struct{ Version, AppVersion string }
	if err := yaml.Unmarshal(read(t, filepath.Join(chartDir, "Chart.yaml")), &chart); err != nil {
		t.Fatal(err)
	}
	if "v"+chart.Version != chart.AppVersion {
		t.Errorf("the chart's version is %s, the program's %s", chart.Version, chart.AppVersion)
	}
	for _, dir := range []string{"base", "serve"} {
		var k struct {
			Images []struct{ Name, NewTag string }
		}
		if err := yaml.Unmarshal(read(t, filepath.Join(kustomizations, dir, "kustomization.yaml")), &k); err != nil {
			t.Fatal(err)
		}
		if len(k.Images) != 1 || k.Images[0].NewTag != chart.AppVersion {
			t.Errorf("%s has the images %+v, the chart %s", dir, k.Images, chart.AppVersion)
		}
	}
}
