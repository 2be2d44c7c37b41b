//go:build integration

package kube_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
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

	t.Run("has a reader without permissions, whose requests are audited", func(t *testing.T) {
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

func TestDataOutlivesItsCluster(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	meta := metav1.ObjectMeta{Name: "kept"}

	t.Run("written", func(t *testing.T) {
		cluster := kube.Start(t, kube.WithData(data), kube.WithoutControllers())
		client := cluster.Client().CoreV1()
		namespace := &corev1.Namespace{ObjectMeta: meta}
		if _, err := client.Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		config := &corev1.ConfigMap{ObjectMeta: meta}
		if _, err := client.ConfigMaps(meta.Name).Create(t.Context(), config, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("read in another cluster", func(t *testing.T) {
		cluster := kube.Start(t, kube.WithData(data), kube.WithoutControllers())
		maps, err := cluster.Client().CoreV1().ConfigMaps(meta.Name).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(maps.Items) != 1 || maps.Items[0].Name != meta.Name {
			t.Errorf("the ConfigMaps are %v, want %q", maps.Items, meta.Name)
		}
		logs, err := filepath.Glob(filepath.Join(cluster.Logs, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range logs {
			logs[i] = filepath.Base(logs[i])
		}
		if want := []string{"etcd.log", "kube-apiserver.log"}; !slices.Equal(logs, want) {
			t.Errorf("the logs are those of %v, want %v", logs, want)
		}
	})
}
