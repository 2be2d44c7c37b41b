package kube_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

func TestControlPlane(t *testing.T) {
	plugins := t.TempDir()
	plugin := "#!/bin/sh\necho \"hello from the plugin: $*\"\n"
	if err := os.WriteFile(filepath.Join(plugins, "kubectl-hello"), []byte(plugin), 0o700); err != nil {
		t.Fatal(err)
	}
	cluster := kube.Start(t, kube.WithPlugins(plugins))

	t.Run("applies manifests that controllers act upon", func(t *testing.T) {
		cluster.Apply(t, filepath.Join("testdata", "deployment.yaml"))
		cluster.Await(t, 30*time.Second, "pod of the deployment", func(ctx context.Context) (bool, error) {
			pods, err := cluster.Client().CoreV1().Pods("default").List(ctx, metav1.ListOptions{LabelSelector: "app=web"})
			if err != nil {
				return false, err
			}
			return len(pods.Items) == 2, fmt.Errorf("%d pods", len(pods.Items))
		})
	})

	t.Run("has a kubectl that finds plugins", func(t *testing.T) {
		if got, want := cluster.Kubectl(t, "hello", "-A"), "hello from the plugin: -A\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})

	t.Run("has a reader without rights, whose requests are audited", func(t *testing.T) {
		cmd := cluster.KubectlCommand(t.Context(), "get", "pods", "--kubeconfig", cluster.ReaderKubeconfig)
		output, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(output), "Forbidden") {
			t.Errorf("got %v and %q, want Forbidden", err, output)
		}
		events, err := cluster.Audited(cluster.ReaderUser)
		if err != nil {
			t.Fatal(err)
		}
		last := events[len(events)-1]
		if last.Verb != "list" || last.Resource != "pods" || last.Namespace != "default" || last.Code != 403 ||
			!strings.HasPrefix(last.UserAgent, "kubectl/") {
			t.Errorf("the last request of the reader is %+v", last)
		}
	})
}
