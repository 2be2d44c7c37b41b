//go:build e2e

package kube_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// TestNode shows that faults really happen on a node.
func TestNode(t *testing.T) {
	cluster := kube.Start(t, kube.WithNode(), kube.WithImages("registry.example/app:1"))
	cluster.Apply(t, filepath.Join("testdata", "node"))
	client := cluster.Client()

	// container returns a condition on the one container of a pod.
	container := func(pod string, holds func(corev1.ContainerStatus) bool) func(context.Context) (bool, error) {
		return func(ctx context.Context) (bool, error) {
			p, err := client.CoreV1().Pods("default").Get(ctx, pod, metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			if len(p.Status.ContainerStatuses) != 1 {
				return false, fmt.Errorf("the pod is %s", p.Status.Phase)
			}
			status := p.Status.ContainerStatuses[0]
			return holds(status), fmt.Errorf("the container is %+v, was %+v", status.State, status.LastTerminationState)
		}
	}

	for what, test := range map[string]func(context.Context) (bool, error){
		"OOM kill": container("hungry", func(c corev1.ContainerStatus) bool {
			last := c.LastTerminationState.Terminated
			return last != nil && last.Reason == "OOMKilled" && last.ExitCode == 137
		}),
		"CrashLoopBackOff": container("crashing", func(c corev1.ContainerStatus) bool {
			return c.State.Waiting != nil && c.State.Waiting.Reason == "CrashLoopBackOff"
		}),
		"ImagePullBackOff": container("missing", func(c corev1.ContainerStatus) bool {
			return c.State.Waiting != nil && c.State.Waiting.Reason == "ImagePullBackOff"
		}),
		"pod with an image named by the test": container("named", func(c corev1.ContainerStatus) bool {
			return c.Ready
		}),
		"failed job": func(ctx context.Context) (bool, error) {
			job, err := client.BatchV1().Jobs("default").Get(ctx, "failing", metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			for _, condition := range job.Status.Conditions {
				if condition.Type == batchv1.JobFailed && condition.Status == corev1.ConditionTrue {
					return true, nil
				}
			}
			return false, fmt.Errorf("the job's status is %+v", job.Status)
		},
		"flapping endpoint": func(ctx context.Context) (bool, error) {
			slices, err := client.DiscoveryV1().EndpointSlices("default").List(ctx, metav1.ListOptions{
				LabelSelector: discoveryv1.LabelServiceName + "=flapping",
			})
			if err != nil {
				return false, err
			}
			if len(slices.Items) != 1 {
				return false, errors.New("the service has no endpoint slice")
			}
			// A slice changes when it is created, gets its endpoint, and the endpoint
			// becomes ready. More changes mean flapping.
			generation := slices.Items[0].Generation
			return generation > 5, fmt.Errorf("the generation is %d", generation)
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			cluster.Await(t, 90*time.Second, what, test)
		})
	}

	t.Run("logs", func(t *testing.T) {
		t.Parallel()
		cluster.Await(t, 30*time.Second, "line in the log", func(ctx context.Context) (bool, error) {
			output, err := cluster.KubectlCommand(ctx, "logs", "named").CombinedOutput()
			return string(output) == "hello\n", fmt.Errorf("%w: %s", err, output)
		})
	})
}
