//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

const (
	base  = "../../deploy/kustomize/base"
	serve = "../../deploy/kustomize/serve"
	// auditor is the user as which the CronJob's pods send requests to the API
	// server.
	auditor = "system:serviceaccount:prodcheck:prodcheck"
)

// The shipped CronJob runs from the shipped image with only its role, and so
// does the pod that serves. Nothing is found in their own namespace. Only the
// schedule differs.
func TestScheduledAudit(t *testing.T) {
	t.Parallel()
	cluster := start(t, kube.WithImageArchive(shippedImage(t)))
	cluster.Kubectl(t, "apply", "--server-side", "-k", base)
	cluster.Kubectl(t, "-n", "prodcheck", "patch", "cronjob/prodcheck", "--patch", `{"spec":{"schedule":"* * * * *"}}`)
	cluster.Kubectl(t, "apply", "--server-side", "-k", serve)
	// The pod is ready once it has audited.
	cluster.Kubectl(t, "-n", "prodcheck", "rollout", "status", "deployment/prodcheck", "--timeout=2m")

	var job string
	cluster.Await(t, 3*time.Minute, "run that succeeded", func(ctx context.Context) (bool, error) {
		jobs, err := cluster.Client().BatchV1().Jobs("prodcheck").List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		for _, j := range jobs.Items {
			if j.Status.Succeeded == 1 {
				job = j.Name
				return true, nil
			}
		}
		events, err := cluster.KubectlCommand(ctx, "-n", "prodcheck", "events").CombinedOutput()
		return false, fmt.Errorf("%d jobs, %w\n%s", len(jobs.Items), err, events)
	})
	log := cluster.Kubectl(t, "-n", "prodcheck", "logs", "job/"+job)
	r := api.New()
	if err := json.Unmarshal([]byte(log), r); err != nil {
		t.Fatalf("the log is not a report: %v\n%s", err, log)
	}
	if r.Summary.Coverage != 1 || len(r.Incomplete) > 0 {
		t.Errorf("the role does not suffice: coverage %v, %+v", r.Summary.Coverage, r.Incomplete)
	}
	if s := r.Summary.Subjects; s.Nodes != 1 || s.Workloads == 0 || s.Pods == 0 {
		t.Errorf("it has not seen itself: %+v", s)
	}
	onlyRead(t, cluster, auditor)

	// Now its runs can be judged as well.
	after := api.New()
	if err := json.Unmarshal([]byte(cluster.Kubectl(t, "prodcheck", "-n", "prodcheck", "-o", "json")), after); err != nil {
		t.Fatal(err)
	}
	for _, r := range []*api.Report{r, after} {
		for _, f := range r.Findings {
			if f.Object.Namespace == "prodcheck" || f.Object.Name == "prodcheck" {
				t.Errorf("%s %s %+v: %s", f.Severity, f.Check, f.Object, f.Message)
			}
		}
	}
}

// shippedImage builds the container image under the name that the CronJob uses,
// and returns its file.
func shippedImage(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(base, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var kustomization struct {
		Images []struct{ Name, NewTag string }
	}
	if err := yaml.Unmarshal(source, &kustomization); err != nil {
		t.Fatal(err)
	}
	image := kustomization.Images[0]
	file := filepath.Join(t.TempDir(), "image.tar")
	build := exec.Command("go", "run", "-C", "../../release", ".", "--name", image.Name+":"+image.NewTag, "--output", file)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the image: %v\n%s", err, out)
	}
	return file
}
