package kube

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
)

// SetPodStatus acts as the kubelet of a pod. The scheduler and other controllers
// write to the same object, so a conflict is not a failure: the change is
// repeated on the current state of the pod.
func (c *Cluster) SetPodStatus(t testing.TB, pod *corev1.Pod, change func(*corev1.PodStatus)) {
	t.Helper()
	pods := c.Client().CoreV1().Pods(pod.Namespace)
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		current, err := pods.Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		change(&current.Status)
		_, err = pods.UpdateStatus(t.Context(), current, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
