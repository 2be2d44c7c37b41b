//go:build integration

package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// applied contains the fields of a policy report that the tests read.
type applied struct {
	Metadata struct{ Name, ResourceVersion string }
	Summary  struct{ Fail int }
	Results  []struct{ Policy, Result, Severity string }
}

// Policy reports are valid for the API that defines them, replace earlier ones, and
// are never too large.
func TestPolicyReports(t *testing.T) {
	crds, err := filepath.Glob("testdata/crds/*.yaml")
	if err != nil || len(crds) != 4 {
		t.Fatalf("%v %v", crds, err)
	}
	cluster.Apply(t, crds...)
	cluster.Kubectl(t, "create", "namespace", "policies")
	deployment := func(name, image string) string {
		return fmt.Sprintf("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: policies}\nspec:\n"+
			"  selector: {matchLabels: {app: %[1]s}}\n  template:\n    metadata: {labels: {app: %[1]s}}\n    spec: {containers: [{name: app, image: %q}]}\n", name, image)
	}
	for _, kinds := range []struct{ format, namespaced, cluster, version string }{
		{"policyreport", "reports.openreports.io", "clusterreports.openreports.io", "openreports.io/v1alpha1"},
		{"wgpolicyreport", "policyreports.wgpolicyk8s.io", "clusterpolicyreports.wgpolicyk8s.io", "wgpolicyk8s.io/v1alpha2"},
	} {
		t.Run(kinds.format, func(t *testing.T) {
			cluster.Await(t, time.Minute, "the kinds", func(ctx context.Context) (bool, error) {
				out, err := cluster.KubectlCommand(ctx, "get", kinds.namespaced+","+kinds.cluster, "-A").CombinedOutput()
				return err == nil, fmt.Errorf("%s", out)
			})
			dir := t.TempDir()
			// report audits manifests, applies the result and returns the reports.
			report := func(manifests string) []applied {
				t.Helper()
				input, output := filepath.Join(dir, "deploy.yaml"), filepath.Join(dir, "reports.yaml")
				if err := os.WriteFile(input, []byte(manifests), 0o600); err != nil {
					t.Fatal(err)
				}
				if r := prodcheck(t, os.DevNull, "-f", input, "--as-of", "2026-11-21T12:00:00Z", "--check", "image-tag-latest", "-o", kinds.format+"="+output); r.status != 0 {
					t.Fatal(r.stderr)
				}
				kind, clusterKind := "Report", "ClusterReport"
				if kinds.format == "wgpolicyreport" {
					kind, clusterKind = "PolicyReport", "ClusterPolicyReport"
				}
				cluster.Kubectl(t, "apply", "-f", output, "--prune", "-l", "app.kubernetes.io/managed-by=prodcheck",
					"--prune-allowlist="+kinds.version+"/"+kind, "--prune-allowlist="+kinds.version+"/"+clusterKind)
				var list struct{ Items []applied }
				if err := json.Unmarshal([]byte(cluster.Kubectl(t, "get", kinds.namespaced, "-n", "policies", "-o", "json")), &list); err != nil {
					t.Fatal(err)
				}
				cluster.Kubectl(t, "get", kinds.cluster, "prodcheck")
				return list.Items
			}
			first := report(deployment("web", "web:latest") + deployment("cart", "cart:1"))
			if len(first) != 1 || first[0].Metadata.Name != "prodcheck" || first[0].Summary.Fail != 1 || len(first[0].Results) != 1 || first[0].Results[0].Policy != "image-tag-latest" {
				t.Fatalf("%+v", first)
			}
			again := report(deployment("web", "web:latest") + deployment("cart", "cart:1"))
			if again[0].Metadata.ResourceVersion != first[0].Metadata.ResourceVersion {
				t.Error("the same results are another report")
			}
			var many strings.Builder
			for i := range 700 {
				many.WriteString(deployment(fmt.Sprintf("web-%d", i), "web:latest"))
			}
			parts, results := report(many.String()), 0
			for _, part := range parts {
				results += len(part.Results)
			}
			if len(parts) < 2 || results != 700 {
				t.Errorf("%d results in %d parts", results, len(parts))
			}
			if fixed := report(deployment("web", "web:1.2.3")); len(fixed) != 1 || len(fixed[0].Results) != 0 {
				t.Errorf("what is fixed is still reported: %+v", fixed)
			}
		})
	}
}
