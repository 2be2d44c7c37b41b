//go:build e2e

package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// The pods of an Indexed Job audit a real cluster together: the first one logs the report
// of the whole. One node needs no network file system: its pods share a directory.
func TestShardedAudit(t *testing.T) {
	const namespace = "audits"
	image := filepath.Join(t.TempDir(), "image.tar")
	build := exec.Command("go", "run", "-C", "../../release", ".", "--name", "prodcheck.example/prodcheck:e2e", "--output", image)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the image: %v\n%s", err, out)
	}
	cluster := kube.Start(t, kube.WithNode(), kube.WithImageArchive(image))
	// Not only root may write to it.
	reports := t.TempDir()
	if err := os.Chmod(reports, 0o777); err != nil {
		t.Fatal(err)
	}
	manifests := filepath.Join(t.TempDir(), "chart.yaml")
	chart := templated(t, values{
		"shards": 3, "shardsVolume": map[string]any{"hostPath": map[string]any{"path": reports, "type": "Directory"}},
		"namespace": map[string]any{"name": namespace, "create": false, "quota": nil},
		"image":     map[string]any{"repository": "prodcheck.example/prodcheck", "tag": "e2e", "pullPolicy": "Never"},
	})
	if err := os.WriteFile(manifests, []byte(chart), 0o600); err != nil {
		t.Fatal(err)
	}
	cluster.Kubectl(t, "create", "namespace", namespace)
	// Something to find in other namespaces.
	for _, team := range []string{"cart", "search", "billing"} {
		cluster.Kubectl(t, "create", "namespace", team)
		cluster.Kubectl(t, "-n", team, "create", "deployment", team, "--image=prodcheck.example/prodcheck:e2e", "--replicas=0")
	}
	cluster.Apply(t, manifests)
	cluster.Kubectl(t, "-n", namespace, "create", "job", "--from=cronjob/prodcheck", "first")
	cluster.Await(t, 4*time.Minute, "merged report", func(ctx context.Context) (bool, error) {
		job, err := cluster.Client().BatchV1().Jobs(namespace).Get(ctx, "first", metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		return job.Status.Succeeded == 3, fmt.Errorf("%+v", job.Status)
	})
	pods, err := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{
		LabelSelector: "job-name=first,batch.kubernetes.io/job-completion-index=0",
	})
	if err != nil || len(pods.Items) != 1 || pods.Items[0].Status.Phase != corev1.PodSucceeded {
		t.Fatalf("%v, %+v", err, pods)
	}
	merged, whole := api.New(), api.New()
	log := cluster.Kubectl(t, "-n", namespace, "logs", pods.Items[0].Name)
	if err := json.Unmarshal([]byte(log), merged); err != nil {
		t.Fatalf("the log is not a report: %v\n%s", err, log)
	}
	audit := exec.Command(prodcheck(t), "-A", "-o", "json", "--kubeconfig", cluster.Kubeconfig)
	text, err := audit.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, whole); err != nil {
		t.Fatal(err)
	}
	if merged.Shard != nil || merged.Summary.Coverage != 1 || len(merged.Incomplete) > 0 {
		t.Errorf("shard %v, coverage %v, %+v", merged.Shard, merged.Summary.Coverage, merged.Incomplete)
	}
	// The Job itself continues meanwhile.
	if diff := cmp.Diff(outside(whole, namespace), outside(merged, namespace)); diff != "" {
		t.Errorf("-whole +merged:\n%s", diff)
	}
	if left, err := os.ReadDir(reports); err != nil || len(left) > 0 {
		t.Errorf("left on the volume: %v, %v", err, left)
	}
}

// outside names what was judged and found in all other namespaces, without times.
func outside(r *api.Report, namespace string) []string {
	var all []string
	for _, s := range r.Subjects {
		if s.CountedIn() != namespace {
			all = append(all, fmt.Sprintf("%s %s/%s", s.Kind, s.Namespace, s.Name))
		}
	}
	for _, f := range r.Findings {
		if f.Object.CountedIn() != namespace {
			all = append(all, fmt.Sprintf("%s %s %s", f.Severity, f.Check, f.Fingerprint))
		}
	}
	return all
}
