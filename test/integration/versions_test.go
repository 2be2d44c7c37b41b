//go:build integration

package integration

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// An older API server tells as much as the newest one, and receives no more
// requests.
func TestOldestServer(t *testing.T) {
	newest := auditOf(t, "v1.36.", kube.WithoutControllers())
	oldest := auditOf(t, "v1.32.", kube.WithOldestServer())
	if diff := cmp.Diff(newest, oldest); diff != "" {
		t.Errorf("-newest +oldest:\n%s", diff)
	}
	for _, want := range []string{
		"critical container-oom-killed Deployment cart", "high job-failed Job migrate", "high pod-without-owner Pod bare",
		"critical service-without-endpoints Service cart", "high image-tag-latest CronJob nightly",
	} {
		if !slices.Contains(oldest, want) {
			t.Errorf("not found: %s", want)
		}
	}
}

// auditOf returns the findings of all checks of the strict profile in a small
// cluster of some version.
func auditOf(t *testing.T, version string, opts ...kube.Option) []string {
	t.Helper()
	c := kube.Start(t, opts...)
	small(t, c)
	// Checks give young pods time.
	later := time.Now().Add(10 * time.Minute).UTC().Format(time.RFC3339)
	got := prodcheck(t, c.Kubeconfig, "-A", "--profile", "strict", "-o", "json", "--chunk-size=2", "--as-of", later)
	r := got.report(t)
	if got.status != 0 || r.Summary.Coverage != 1 || len(r.Incomplete) > 0 || !strings.HasPrefix(r.Cluster.Version, version) {
		t.Errorf("status %d, coverage %v, incomplete %+v, server %s: %s",
			got.status, r.Summary.Coverage, r.Incomplete, r.Cluster.Version, got.stderr)
	}
	for _, check := range r.Checks {
		if check.Unknown > 0 {
			t.Errorf("%s is not known: %s", check.ID, check.Reason)
		}
	}
	requests, err := c.Audited(c.AdminUser)
	if err != nil {
		t.Fatal(err)
	}
	lists := 0
	for _, request := range requests {
		if !strings.HasPrefix(request.UserAgent, "kubectl-prodcheck/") {
			continue
		}
		if request.Verb == "list" {
			lists++
		} else if request.Verb != "get" {
			t.Errorf("asked for %+v", request)
		}
	}
	if lists == 0 {
		t.Error("nothing was listed")
	}
	return found(r)
}

func found(r *api.Report) []string {
	var findings []string
	for _, f := range r.Findings {
		findings = append(findings, strings.Join([]string{string(f.Severity), f.Check, f.Object.Kind, f.Object.Name}, " "))
	}
	slices.Sort(findings)
	return findings
}

// small fills a cluster without controllers. It writes what these and a kubelet
// would write.
func small(t *testing.T, c *kube.Cluster) {
	t.Helper()
	c.Apply(t, "testdata/versions.yaml")
	c.Kubectl(t, "apply", "--server-side", "--subresource=status", "--filename=testdata/versions-status.yaml")
	ctx, client, created := t.Context(), c.Client(), metav1.CreateOptions{}
	controller := true

	deployment, err := client.AppsV1().Deployments("shop").Get(ctx, "cart", metav1.GetOptions{})
	must(t, err)
	replicas, err := client.AppsV1().ReplicaSets("shop").Create(ctx, &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: "cart-1", Labels: deployment.Spec.Template.Labels, OwnerReferences: []metav1.OwnerReference{
			{APIVersion: "apps/v1", Kind: "Deployment", Name: deployment.Name, UID: deployment.UID, Controller: &controller},
		}},
		Spec: appsv1.ReplicaSetSpec{Replicas: deployment.Spec.Replicas, Selector: deployment.Spec.Selector, Template: deployment.Spec.Template},
	}, created)
	must(t, err)
	owner := metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: replicas.Name, UID: replicas.UID, Controller: &controller}
	for name, owners := range map[string][]metav1.OwnerReference{"cart-1-a": {owner}, "cart-1-b": {owner}, "bare": nil} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, OwnerReferences: owners}, Spec: deployment.Spec.Template.Spec}
		pod.Spec.NodeName = "node-1"
		if owners != nil {
			pod.Labels = deployment.Spec.Template.Labels
		}
		pod, err := client.CoreV1().Pods("shop").Create(ctx, pod, created)
		must(t, err)
		c.SetPodStatus(t, pod, func(s *corev1.PodStatus) { killed(s, name == "cart-1-a") })
	}

	service, err := client.CoreV1().Services("shop").Get(ctx, "cart", metav1.GetOptions{})
	must(t, err)
	no := false
	_, err = client.DiscoveryV1().EndpointSlices("shop").Create(ctx, &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: "cart-1",
			Labels: map[string]string{
				discoveryv1.LabelServiceName: service.Name, discoveryv1.LabelManagedBy: "endpointslice-controller.k8s.io",
			},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Service", Name: service.Name, UID: service.UID, Controller: &controller}},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{
			Addresses: []string{"10.9.0.1"}, Conditions: discoveryv1.EndpointConditions{Ready: &no, Serving: &no},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "cart-1-a"},
		}},
	}, created)
	must(t, err)

	job, err := client.BatchV1().Jobs("shop").Get(ctx, "migrate", metav1.GetOptions{})
	must(t, err)
	now := metav1.Now()
	failed := batchv1.JobCondition{
		Type: batchv1.JobFailureTarget, Status: corev1.ConditionTrue, LastTransitionTime: now, Reason: batchv1.JobReasonBackoffLimitExceeded,
	}
	job.Status.StartTime, job.Status.Failed = &now, 7
	job.Status.Conditions = []batchv1.JobCondition{failed, failed}
	job.Status.Conditions[1].Type = batchv1.JobFailed
	_, err = client.BatchV1().Jobs("shop").UpdateStatus(ctx, job, metav1.UpdateOptions{})
	must(t, err)
}

// killed sets the status of a pod that is not ready, with or without an OOM
// kill.
func killed(s *corev1.PodStatus, byOOM bool) {
	start := metav1.NewTime(time.Now().Add(-time.Minute))
	s.Phase, s.StartTime = corev1.PodRunning, &start
	s.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse, LastTransitionTime: start}}
	s.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "app", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: start}},
	}}
	if byOOM {
		s.ContainerStatuses[0].RestartCount = 1
		s.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
			Reason: "OOMKilled", ExitCode: 137, FinishedAt: start,
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
