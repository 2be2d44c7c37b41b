//go:build e2e

// Package e2e proves live claims on a real node: the OOM kills, Jobs, restarts
// and endpoints that the audit reports really happened there, and next to each
// anti-pattern there is a healthy twin that is not flagged.
package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
	"github.com/prodcheck/kubectl-prodcheck/test/plugin"
)

var update = flag.Bool("update", false, "replace the demo's snapshot with one of this cluster")

// anti lists the anti-patterns of anti/broken.yaml, with the severity that each
// must have at some time while the cluster runs.
var anti = wants{
	"container-oom-killed Deployment cart":        api.Critical,
	"job-runaway Job importer":                    api.Critical,
	"job-failed Job report":                       api.High,
	"pod-without-owner Pod cache":                 api.Critical,
	"image-tag-latest Deployment web":             api.High,
	"readiness-probe-missing Deployment web":      api.High,
	"liveness-probe-missing Deployment web":       api.Low,
	"memory-limit-missing Deployment web":         api.High,
	"resource-requests-missing Deployment web":    api.Medium,
	"container-crash-looping Deployment worker":   api.Critical,
	"service-endpoints-flapping Service checkout": "",
	"service-without-endpoints Service orders":    api.Critical,
	"readiness-probe-missing Deployment worker":   api.Info,
}

func TestAntiPatternsOnARealNode(t *testing.T) {
	t.Parallel()
	cluster := start(t)
	cluster.Apply(t, "anti")

	bindRole(t, cluster)
	awaitFindings(t, cluster, anti, nil, func(f api.Finding) bool { return f.Object.Namespace != "staging" || !looksFor(anti, f.Check) })

	t.Run("a snapshot is found to hold the same", func(t *testing.T) { snapshot(t, cluster) })
	t.Run("only get, list and watch, within the role", func(t *testing.T) { onlyRead(t, cluster, cluster.ReaderUser) })
}

// start starts a cluster with a node whose kubectl has the plugin.
func start(t *testing.T, opts ...kube.Option) *kube.Cluster {
	t.Helper()
	bin := t.TempDir()
	if err := plugin.Build(bin); err != nil {
		t.Fatal(err)
	}
	return kube.Start(t, append(opts, kube.WithNode(), kube.WithPlugins(bin))...)
}

// bindRole gives the plugin's user the role that the plugin asks for, and
// nothing else.
func bindRole(t *testing.T, cluster *kube.Cluster, args ...string) {
	t.Helper()
	role := filepath.Join(t.TempDir(), "role.yaml")
	if err := os.WriteFile(role, []byte(cluster.Kubectl(t, append([]string{"prodcheck", "rbac"}, args...)...)), 0o600); err != nil {
		t.Fatal(err)
	}
	cluster.Apply(t, role)
	cluster.Kubectl(t, "create", "clusterrolebinding", "prodcheck", "--clusterrole=prodcheck", "--user="+cluster.ReaderUser)
}

// wants lists findings by check, kind and name, with the severity that each must
// have at some time. "" means any severity.
type wants map[string]api.Severity

func looksFor(w wants, check string) bool {
	for key := range w {
		if strings.HasPrefix(key, check+" ") {
			return true
		}
	}
	return false
}

// awaitFindings audits until every wanted finding was found. No audit may be
// incomplete, or find anything that is not allowed.
func awaitFindings(t *testing.T, cluster *kube.Cluster, want wants, args []string, allowed func(api.Finding) bool) {
	t.Helper()
	seen := map[string]api.Severity{}
	cluster.Await(t, 8*time.Minute, "finding of each kind", func(ctx context.Context) (bool, error) {
		r, err := audit(ctx, cluster, args...)
		if err != nil {
			return false, err
		}
		if len(r.Incomplete) > 0 {
			t.Fatalf("the generated role does not suffice: coverage %v, %+v", r.Summary.Coverage, r.Incomplete)
		}
		for _, f := range r.Findings {
			if !allowed(f) {
				t.Errorf("a healthy workload is flagged: %s %s %+v: %s", f.Severity, f.Check, f.Object, f.Message)
			}
			// Checks that are folded under another one saw the fault as well.
			for _, check := range append(f.Folded, f.Check) {
				key := check + " " + f.Object.Kind + " " + f.Object.Name
				severity, wanted := want[key]
				if !wanted || severity != "" && severity != f.Severity {
					continue
				}
				if _, before := seen[key]; !before {
					t.Logf("%s: %s %s", key, f.Severity, f.Message)
				}
				seen[key] = f.Severity
			}
		}
		var missing []string
		for key := range want {
			if _, found := seen[key]; !found {
				missing = append(missing, key)
			}
		}
		slices.Sort(missing)
		return len(missing) == 0 || t.Failed(), fmt.Errorf("not seen: %s", strings.Join(missing, ", "))
	})
	if t.Failed() {
		t.FailNow()
	}
}

// onlyRead fails if a user sent anything but reads, or was refused.
func onlyRead(t *testing.T, cluster *kube.Cluster, user string) {
	if cluster.AuditLog == "" {
		t.Skip("this cluster has no audit log that tests can read")
	}
	events, err := cluster.Audited(user)
	if err != nil {
		t.Fatal(err)
	}
	verbs := map[string]int{}
	for _, e := range events {
		verbs[e.Verb]++
		// Custom resources that are not installed cannot be listed.
		if e.Code >= 400 && e.Code != http.StatusNotFound {
			t.Errorf("refused: %+v", e)
		}
	}
	t.Logf("%d requests: %v", len(events), verbs)
	for _, allowed := range []string{"get", "list", "watch"} {
		delete(verbs, allowed)
	}
	if len(verbs) > 0 || len(events) == 0 {
		t.Errorf("also sent: %v", slices.Collect(maps.Keys(verbs)))
	}
}

// audit runs the plugin as kubectl does.
func audit(ctx context.Context, cluster *kube.Cluster, args ...string) (*api.Report, error) {
	return report(ctx, cluster, append([]string{"--kubeconfig", cluster.ReaderKubeconfig}, args...)...)
}

// report returns that of an audit of everything in a cluster or in files.
func report(ctx context.Context, cluster *kube.Cluster, args ...string) (*api.Report, error) {
	args = append([]string{"prodcheck", "-A", "-o", "json"}, args...)
	out, err := cluster.KubectlCommand(ctx, args...).Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return nil, fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return nil, err
	}
	r := api.New()
	return r, json.Unmarshal(out, r)
}

func snapshot(t *testing.T, cluster *kube.Cluster) {
	file := filepath.Join(t.TempDir(), "snapshot.jsonl")
	cluster.Kubectl(t, "prodcheck", "snapshot", "--kubeconfig", cluster.ReaderKubeconfig, "-A", file)
	r, err := report(t.Context(), cluster, "-f", file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := report(t.Context(), cluster, "-f", file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("two audits of one snapshot differ:\n%s", diff)
	}
	var critical []string
	for _, f := range r.Findings {
		if f.Severity == api.Critical {
			// Between two restarts, an OOM kill is the reason of a crash loop.
			critical = append(append(critical, f.Check), f.Folded...)
		}
	}
	for _, want := range []string{"container-oom-killed", "job-runaway", "pod-without-owner"} {
		if !slices.Contains(critical, want) {
			t.Errorf("the snapshot lost %s", want)
		}
	}
	if *update {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("../../pkg/cli/demo.jsonl", data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
