//go:build e2e

package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// faulty is the Deployment that appears after the first run and is gone before the third.
const faulty = "prodcheck.example/prodcheck:latest"

// The shipped CronJob runs three times on a real node, with its history on a claim. A fault
// is there in the second run only. The shipped image tells it, from the same volume.
func TestHistoryOfTheCronJob(t *testing.T) {
	const namespace = "prodcheck"
	image := filepath.Join(t.TempDir(), "image.tar")
	build := exec.Command("go", "run", "-C", "../../release", ".", "--name", "prodcheck.example/prodcheck:e2e", "--output", image)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the image: %v\n%s", err, out)
	}
	cluster := kube.Start(t, kube.WithNode(), kube.WithImageArchive(image))
	volume := makeVolume(t, cluster)
	manifests := filepath.Join(t.TempDir(), "chart.yaml")
	chart := templated(t, values{
		"history": kept["history"], "clusterName": "prod-eu",
		"image": map[string]any{"repository": "prodcheck.example/prodcheck", "tag": "e2e", "pullPolicy": "Never"},
	})
	if err := os.WriteFile(manifests, []byte(chart), 0o600); err != nil {
		t.Fatal(err)
	}
	// The namespace must exist before what is in it.
	cluster.Kubectl(t, "create", "namespace", namespace)
	cluster.Apply(t, manifests)
	cluster.Kubectl(t, "create", "namespace", "shop")

	run := func(name string, job []byte) string {
		file := filepath.Join(t.TempDir(), "job.json")
		if err := os.WriteFile(file, job, 0o600); err != nil {
			t.Fatal(err)
		}
		cluster.Apply(t, file)
		cluster.Await(t, 2*time.Minute, "run "+name, func(ctx context.Context) (bool, error) {
			job, err := cluster.Client().BatchV1().Jobs(namespace).Get(ctx, name, metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			if job.Status.Failed > 0 {
				t.Fatalf("%s failed:\n%s", name, cluster.Kubectl(t, "-n", namespace, "logs", "job/"+name))
			}
			return job.Status.Succeeded == 1, fmt.Errorf("%+v", job.Status)
		})
		return cluster.Kubectl(t, "-n", namespace, "logs", "job/"+name)
	}
	planned := func(name string) []byte {
		return []byte(cluster.Kubectl(t, "-n", namespace, "create", "job", name, "--from=cronjob/prodcheck", "--dry-run=client", "-o", "json"))
	}
	var reports []*api.Report
	for _, name := range []string{"first", "second", "third"} {
		switch name {
		case "second":
			cluster.Kubectl(t, "-n", "shop", "create", "deployment", "web", "--image="+faulty, "--replicas=0")
		case "third":
			cluster.Kubectl(t, "-n", "shop", "delete", "deployment", "web", "--wait")
		}
		r := api.New()
		if log := run(name, planned(name)); json.Unmarshal([]byte(log), r) != nil {
			t.Fatalf("the log is not a report:\n%s", log)
		}
		reports = append(reports, r)
	}
	if reports[0].Changes != nil || reports[1].Changes == nil || reports[1].Changes.Counts.New.High == 0 {
		t.Errorf("changes: %+v, %+v", reports[0].Changes, reports[1].Changes)
	}

	// The way to ask that docs/schedule.md shows.
	var job batchv1.Job
	if err := json.Unmarshal(planned("history"), &job); err != nil {
		t.Fatal(err)
	}
	ask := func(name string, args ...string) string {
		job.Name = name
		job.Spec.Template.Spec.Containers[0].Args = append([]string{"history", "/history"}, args...)
		text, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		return run(name, text)
	}
	h := api.NewHistory()
	if err := json.Unmarshal([]byte(ask("list", "-o", "json", "--check", "image-tag-latest")), h); err != nil {
		t.Fatal(err)
	}
	if len(h.Items) != 3 || len(h.NotRead) > 0 {
		t.Fatalf("%d runs, not read: %v", len(h.Items), h.NotRead)
	}
	for i, r := range h.Items {
		if r.Name != "prod-eu" || !r.CreationTimestamp.Equal(&reports[i].Metadata.CreationTimestamp) || r.Findings.High != []int{0, 1, 0}[i] {
			t.Errorf("run %d: %+v", i+1, r)
		}
	}
	if h.Items[1].New.High != 1 || h.Items[2].Gone.High != 1 || len(h.MeanTimeToFix) != 1 || h.MeanTimeToFix[0].Fixed != 1 {
		t.Errorf("%+v, %+v, fixed %+v", h.Items[1].New, h.Items[2].Gone, h.MeanTimeToFix)
	}
	if told := ask("life", "deployment/web", "--check", "image-tag-latest"); !strings.Contains(told, "shop/deploy/web") || !strings.Contains(told, "open from") {
		t.Errorf("the life of the fault:\n%s", told)
	}
	if kept, err := filepath.Glob(filepath.Join(volume, "prod-eu-all-*", "*.json.gz")); err != nil || len(kept) != 3 {
		t.Errorf("on the volume: %v, %v", kept, err)
	}
}

// makeVolume makes a volume on the node that any claim can have, and returns its directory.
func makeVolume(t *testing.T, cluster *kube.Cluster) (directory string) {
	t.Helper()
	directory = t.TempDir()
	// A kubelet changes no owners on a hostPath.
	if err := os.Chmod(directory, 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := cluster.Client().CoreV1().PersistentVolumes().Create(t.Context(), &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "history"},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: directory}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return directory
}
