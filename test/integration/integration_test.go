//go:build integration

// Package integration runs the plugin through kubectl against a real API server,
// whose audit log shows all requests.
package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
	"github.com/prodcheck/kubectl-prodcheck/test/plugin"
)

var cluster *kube.Cluster

func TestMain(m *testing.M) {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(status)
}

func run(m *testing.M) (status int, err error) {
	bin, err := os.MkdirTemp("", "prodcheck-plugin-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(bin)
	if err := plugin.Build(bin); err != nil {
		return 1, err
	}
	var stop func() error
	if cluster, stop, err = kube.Run(kube.WithPlugins(bin)); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return m.Run(), nil
}

// result is one run of the plugin.
type result struct {
	stdout, stderr string
	status         int
}

// prodcheck runs "kubectl prodcheck" with a kubeconfig.
func prodcheck(t *testing.T, kubeconfig string, args ...string) result {
	t.Helper()
	cmd := cluster.KubectlCommand(t.Context(), append([]string{"prodcheck"}, args...)...)
	cmd.Env = append(cmd.Env, "KUBECONFIG="+kubeconfig)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

func (r result) report(t *testing.T) *api.Report {
	t.Helper()
	parsed := api.New()
	if err := json.Unmarshal([]byte(r.stdout), parsed); err != nil {
		t.Fatalf("%v\nstdout: %s\nstderr: %s", err, r.stdout, r.stderr)
	}
	return parsed
}

// shop makes a namespace with a Deployment of seven pods, one of which was
// OOM-killed a minute ago, and one with a LimitRange.
func shop(t *testing.T) {
	t.Helper()
	cluster.Apply(t, "testdata/shop.yaml")
	var pods []corev1.Pod
	cluster.Await(t, time.Minute, "pods of both Deployments", func(ctx context.Context) (bool, error) {
		list, err := cluster.Client().CoreV1().Pods("").List(ctx, metav1.ListOptions{LabelSelector: "app in (cart,quiet)"})
		if err != nil {
			return false, err
		}
		pods = list.Items
		return len(pods) == 8, fmt.Errorf("%d pods", len(pods))
	})
	cluster.Await(t, time.Minute, "EndpointSlice", func(ctx context.Context) (bool, error) {
		list, err := cluster.Client().DiscoveryV1().EndpointSlices("shop").List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		return len(list.Items) == 1, fmt.Errorf("%d slices", len(list.Items))
	})
	slices.SortFunc(pods, func(a, b corev1.Pod) int { return strings.Compare(a.Namespace+a.Name, b.Namespace+b.Name) })
	killed := pods[1]
	status := []corev1.ContainerStatus{{
		Name: "app", RestartCount: 1, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}},
		LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(time.Now().Add(-time.Minute)),
		}},
	}}
	cluster.SetPodStatus(t, &killed, func(s *corev1.PodStatus) {
		s.Phase, s.ContainerStatuses = corev1.PodRunning, status
	})
}

// grant gives the reader, who has no other permissions, the role that the plugin asks
// for, until the test ends.
func grant(t *testing.T, args ...string) {
	t.Helper()
	role := prodcheck(t, cluster.Kubeconfig, append([]string{"rbac"}, args...)...)
	if role.status != 0 {
		t.Fatal(role.stderr)
	}
	file := filepath.Join(t.TempDir(), "role.yaml")
	if err := os.WriteFile(file, []byte(role.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	cluster.Apply(t, file)
	binding := []string{"create", "clusterrolebinding", "prodcheck", "--clusterrole=prodcheck", "--user=" + cluster.ReaderUser}
	undo := []string{"delete", "clusterrolebinding/prodcheck", "clusterrole/prodcheck"}
	if slices.Contains(args, "-n") {
		binding = []string{"-n", "shop", "create", "rolebinding", "prodcheck", "--role=prodcheck", "--user=" + cluster.ReaderUser}
		undo = []string{"-n", "shop", "delete", "rolebinding/prodcheck", "role/prodcheck"}
	}
	cluster.Kubectl(t, binding...)
	t.Cleanup(func() {
		if out, err := cluster.KubectlCommand(context.Background(), undo...).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// asked returns the reader's requests so far.
func asked(t *testing.T) []kube.AuditEvent {
	t.Helper()
	events, err := cluster.Audited(cluster.ReaderUser)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestUnderTheGeneratedClusterRole(t *testing.T) {
	shop(t)
	grant(t)
	before := len(asked(t))
	got := prodcheck(t, cluster.ReaderKubeconfig, "-A", "-o", "json", "--chunk-size=3")
	r := got.report(t)
	if got.status != 0 || r.Summary.Coverage != 1 || len(r.Incomplete) > 0 {
		t.Errorf("status %d, coverage %v, incomplete %+v, stderr %s", got.status, r.Summary.Coverage, r.Incomplete, got.stderr)
	}
	flagged := map[string]bool{}
	for _, f := range r.Findings {
		flagged[f.Check+" "+f.Object.Kind+" "+f.Object.Namespace+"/"+f.Object.Name] = true
	}
	for _, want := range []string{
		"container-oom-killed Deployment shop/cart", "image-tag-latest Deployment shop/cart",
		"memory-limit-missing Deployment shop/cart", "readiness-probe-missing Deployment shop/cart",
	} {
		if !flagged[want] {
			t.Errorf("not found: %s", want)
		}
	}
	if flagged["memory-limit-missing Deployment other/quiet"] {
		t.Error("the LimitRange's default does not count")
	}
	if r.Summary.Subjects.Pods != 8 {
		t.Errorf("%d pods in pages of 3", r.Summary.Subjects.Pods)
	}

	// Every request is a read; none is refused or finds nothing; only pages repeat
	// a list; and every right is used.
	used := map[string]bool{}
	pages := 0
	for _, e := range asked(t)[before:] {
		if e.Verb != "get" && e.Verb != "list" || e.Code >= 400 {
			t.Errorf("asked for %+v", e)
		}
		if e.Resource == "secrets" {
			t.Errorf("without --secrets it asked for %+v", e)
		}
		if e.Verb == "list" {
			used[e.Resource] = true
		}
		if e.Resource == "pods" && e.Verb == "list" {
			pages++
		}
	}
	if pages != 3 {
		t.Errorf("8 pods in pages of 3 took %d requests", pages)
	}
	// Custom resources that are not installed are not requested.
	groups := []string{""}
	discovered, err := cluster.Client().Discovery().ServerGroups()
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range discovered.Groups {
		groups = append(groups, group.Name)
	}
	var role rbacv1.ClusterRole
	if err := yaml.Unmarshal([]byte(prodcheck(t, cluster.Kubeconfig, "rbac").stdout), &role); err != nil {
		t.Fatal(err)
	}
	for _, rule := range role.Rules {
		for _, resource := range rule.Resources {
			if installed := slices.Contains(groups, rule.APIGroups[0]); slices.Contains(rule.Verbs, "list") && used[resource] != installed {
				t.Errorf("the role allows to list %s of %q; it was listed: %v", resource, rule.APIGroups[0], used[resource])
			}
		}
		for _, verb := range rule.Verbs {
			if verb != "get" && verb != "list" {
				t.Errorf("the role allows to %s", verb)
			}
		}
	}
}

func TestUnderTheGeneratedRole(t *testing.T) {
	shop(t)
	grant(t, "-n", "shop")
	got := prodcheck(t, cluster.ReaderKubeconfig, "-n", "shop", "-o", "json")
	r := got.report(t)
	if got.status != 0 || r.Summary.Coverage != 1 || r.Summary.Subjects.Pods != 7 {
		t.Errorf("status %d, %+v, stderr %s", got.status, r.Summary, got.stderr)
	}
	for _, i := range r.Incomplete {
		// A Role cannot grant resources without a namespace.
		if !inventory.Resource(i.Resource).ClusterScoped() {
			t.Errorf("under a role of its own: %+v", i)
		}
	}
	all := prodcheck(t, cluster.ReaderKubeconfig, "-A", "-o", "json", "--require-complete")
	if r := all.report(t); all.status != 3 || r.Summary.Coverage != 0 || r.Summary.Score.Score != nil {
		t.Errorf("-A with a Role: status %d, %+v", all.status, r.Summary)
	}
	elsewhere := prodcheck(t, cluster.ReaderKubeconfig, "-n", "other", "--require-complete")
	if elsewhere.status != 3 || !strings.Contains(elsewhere.stdout, "coverage 0%") {
		t.Errorf("a namespace without permissions: %+v", elsewhere)
	}
}

func TestWithoutRights(t *testing.T) {
	got := prodcheck(t, cluster.ReaderKubeconfig, "-A")
	if got.status != 0 || !strings.Contains(got.stdout, "coverage 0%") || !strings.Contains(got.stdout, "forbidden") {
		t.Errorf("%+v", got)
	}
}

func TestWhatEndsAnAudit(t *testing.T) {
	broken := func(old, new string) string {
		data, err := os.ReadFile(cluster.Kubeconfig)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), old, new)
		if text == string(data) {
			t.Fatalf("no %q in the kubeconfig", old)
		}
		file := filepath.Join(t.TempDir(), "kubeconfig")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, test := range map[string]struct {
		kubeconfig string
		args       []string
		want       string
	}{
		"namespace that does not exist": {cluster.Kubeconfig, []string{"-n", "nowhere"}, `namespaces "nowhere" not found`},
		"unknown token":                 {broken("token: ", "token: wrong-"), nil, "must be logged in"},
		"nobody listens":                {broken(cluster.Config().Host, "https://127.0.0.1:1"), nil, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			got := prodcheck(t, test.kubeconfig, test.args...)
			if got.status != 2 || got.stdout != "" || !strings.Contains(got.stderr, test.want) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestSnapshotHoldsTheSame(t *testing.T) {
	shop(t)
	file := filepath.Join(t.TempDir(), "shop.jsonl")
	if got := prodcheck(t, cluster.Kubeconfig, "snapshot", "-A", file); got.status != 0 {
		t.Fatal(got.stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("hunter2")) {
		t.Error("the snapshot holds an env value")
	}
	asOf := "--as-of=" + time.Now().UTC().Format(time.RFC3339)
	live := prodcheck(t, cluster.Kubeconfig, "-A", "-o", "json", asOf).report(t)
	saved := prodcheck(t, "/dev/null", "-f", file, "-o", "json", asOf).report(t)
	if diff := cmp.Diff(live, saved); diff != "" {
		t.Errorf("-live +saved:\n%s", diff)
	}
}

func TestCompletionThroughKubectl(t *testing.T) {
	out := cluster.Kubectl(t, "__complete", "prodcheck", "explain", "container-oom")
	if !strings.HasPrefix(out, "container-oom-killed") {
		t.Errorf("got %q", out)
	}
}
