//go:build integration

package faults

import (
	"context"
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// The same objects are in two namespaces: with faults in one, without faults in
// the other. So each resource has objects of both, on two pages of one object.
const (
	broken = "broken"
	fine   = "fine"
)

// populate fills a cluster that has no kubelet: the test decides about the
// status of its pods.
func populate(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	// No pod is scheduled to the second one.
	addNode(t, cluster, "node-2", corev1.Taint{Key: "example.com/none", Effect: corev1.TaintEffectNoSchedule})
	addNode(t, cluster, "node-1")
	addIngressClasses(t, cluster)
	addUnavailableAPI(t, cluster)
	for _, namespace := range []string{broken, fine} {
		addObjects(t, cluster, namespace)
	}
	// Two pods of a Deployment; one each of a StatefulSet, a DaemonSet and a
	// ReplicationController; and the pod without an owner.
	runPods(t, cluster, broken, 6)
	runPods(t, cluster, fine, 5)
	awaitSettled(t, cluster)
}

// addNode adds a node that is ready, with the taints that it keeps.
func addNode(t *testing.T, cluster *kube.Cluster, name string, taints ...corev1.Taint) {
	t.Helper()
	nodes := cluster.Client().CoreV1().Nodes()
	node, err := nodes.Create(t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	must(t, err)
	room := corev1.ResourceList{"cpu": resource.MustParse("8"), "memory": resource.MustParse("16Gi"), "pods": resource.MustParse("110")}
	cluster.Await(t, time.Minute, "a node", func(ctx context.Context) (bool, error) {
		if node, err = nodes.Get(ctx, name, metav1.GetOptions{}); err != nil {
			return false, err
		}
		// Admission marks a new node as not ready.
		node.Spec.Taints = taints
		if node, err = nodes.Update(ctx, node, metav1.UpdateOptions{}); err != nil {
			return false, err
		}
		node.Status.Capacity, node.Status.Allocatable = room, room
		node.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}
		_, err = nodes.UpdateStatus(ctx, node, metav1.UpdateOptions{})
		return err == nil, err
	})
}

func addIngressClasses(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	for _, name := range []string{broken, fine} {
		_, err := cluster.Client().NetworkingV1().IngressClasses().Create(t.Context(), &networkingv1.IngressClass{
			ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: networkingv1.IngressClassSpec{Controller: "k8s.io/ingress-nginx"},
		}, metav1.CreateOptions{})
		must(t, err)
	}
}

// addUnavailableAPI registers an aggregated API whose server is not running.
func addUnavailableAPI(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	client := cluster.Client().CoreV1().RESTClient()
	must(t, client.Post().AbsPath("/apis/apiregistration.k8s.io/v1/apiservices").Body([]byte(`{
		"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1beta1.metrics.k8s.io"},
		"spec": {"group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
			"insecureSkipTLSVerify": true, "service": {"namespace": "kube-system", "name": "metrics-server"}}
	}`)).Do(t.Context()).Error())
	cluster.Await(t, time.Minute, "an aggregated API that is down", func(ctx context.Context) (bool, error) {
		err := client.Get().AbsPath("/apis/metrics.k8s.io/v1beta1").Do(ctx).Error()
		return apierrors.IsServiceUnavailable(err), err
	})
}

func addObjects(t *testing.T, cluster *kube.Cluster, namespace string) {
	t.Helper()
	client, created := cluster.Client(), metav1.CreateOptions{}
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: namespace} }
	template := func(name string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": name}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{container(namespace)}},
		}
	}
	selector := func(name string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
	}
	two, one, yes, second := int32(2), int32(1), true, int64(1)

	_, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, created)
	must(t, err)
	_, err = client.AppsV1().Deployments(namespace).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: meta("web"),
		Spec:       appsv1.DeploymentSpec{Replicas: &two, Selector: selector("web"), Template: template("web")},
	}, created)
	must(t, err)
	_, err = client.AppsV1().StatefulSets(namespace).Create(t.Context(), &appsv1.StatefulSet{
		ObjectMeta: meta("db"),
		Spec:       appsv1.StatefulSetSpec{Replicas: &one, Selector: selector("db"), Template: template("db")},
	}, created)
	must(t, err)
	_, err = client.AppsV1().DaemonSets(namespace).Create(t.Context(), &appsv1.DaemonSet{
		ObjectMeta: meta("agent"), Spec: appsv1.DaemonSetSpec{Selector: selector("agent"), Template: template("agent")},
	}, created)
	must(t, err)
	legacy := template("legacy")
	_, err = client.CoreV1().ReplicationControllers(namespace).Create(t.Context(), &corev1.ReplicationController{
		ObjectMeta: meta("legacy"),
		Spec:       corev1.ReplicationControllerSpec{Replicas: &one, Selector: legacy.Labels, Template: &legacy},
	}, created)
	must(t, err)
	job := batchv1.JobSpec{Template: template("once")}
	job.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	_, err = client.BatchV1().CronJobs(namespace).Create(t.Context(), &batchv1.CronJob{
		ObjectMeta: meta("nightly"),
		Spec:       batchv1.CronJobSpec{Schedule: "0 3 * * *", Suspend: &yes, JobTemplate: batchv1.JobTemplateSpec{Spec: job}},
	}, created)
	must(t, err)
	if namespace == broken {
		// Without a node for its pod it soon exceeds its deadline.
		job.ActiveDeadlineSeconds = &second
		job.Template.Spec.NodeSelector = map[string]string{"none": "such"}
	} else {
		job.Suspend = &yes
	}
	_, err = client.BatchV1().Jobs(namespace).Create(t.Context(), &batchv1.Job{ObjectMeta: meta("once"), Spec: job}, created)
	must(t, err)
	_, err = client.CoreV1().Services(namespace).Create(t.Context(), &corev1.Service{
		ObjectMeta: meta("web"),
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": "web"}, Ports: []corev1.ServicePort{{Port: 80}}},
	}, created)
	must(t, err)
	_, err = client.PolicyV1().PodDisruptionBudgets(namespace).Create(t.Context(), &policyv1.PodDisruptionBudget{
		ObjectMeta: meta("bare"),
		Spec:       policyv1.PodDisruptionBudgetSpec{Selector: selector("bare"), MinAvailable: &intstr.IntOrString{IntVal: 1}},
	}, created)
	must(t, err)
	none := int32(0)
	_, err = client.AppsV1().Deployments(namespace).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: meta("idle"),
		Spec:       appsv1.DeploymentSpec{Replicas: &none, Selector: selector("idle"), Template: template("idle")},
	}, created)
	must(t, err)
	// Without replicas there is nothing to scale, and nothing to measure.
	_, err = client.AutoscalingV2().HorizontalPodAutoscalers(namespace).Create(t.Context(), &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: meta("idle"),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "idle"},
			MaxReplicas:    2,
		},
	}, created)
	must(t, err)
	_, err = client.NetworkingV1().Ingresses(namespace).Create(t.Context(), &networkingv1.Ingress{
		ObjectMeta: meta("web"),
		Spec: networkingv1.IngressSpec{IngressClassName: &namespace, DefaultBackend: &networkingv1.IngressBackend{
			Service: &networkingv1.IngressServiceBackend{Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80}},
		}},
	}, created)
	must(t, err)
	_, err = client.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{ObjectMeta: meta("token")}, created)
	must(t, err)
	_, err = client.CoreV1().ResourceQuotas(namespace).Create(t.Context(), &corev1.ResourceQuota{
		ObjectMeta: meta("claims"),
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePersistentVolumeClaims: resource.MustParse("10")}},
	}, created)
	must(t, err)
	_, err = client.CoreV1().LimitRanges(namespace).Create(t.Context(), &corev1.LimitRange{
		ObjectMeta: meta("claims"),
		Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypePersistentVolumeClaim, Max: corev1.ResourceList{"storage": resource.MustParse("1Gi")},
		}}},
	}, created)
	must(t, err)
	_, err = client.CoreV1().Events(namespace).Create(t.Context(), &corev1.Event{
		ObjectMeta: meta("event"), Type: corev1.EventTypeWarning, Reason: "Unhealthy", Message: "Readiness probe failed",
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: namespace, Name: "db-0"},
	}, created)
	must(t, err)
	if namespace == broken {
		bare := &corev1.Pod{ObjectMeta: meta("bare"), Spec: template("bare").Spec}
		bare.Labels = map[string]string{"app": "bare"}
		cluster.Await(t, time.Minute, "a service account for a pod", func(ctx context.Context) (bool, error) {
			_, err := client.CoreV1().Pods(namespace).Create(ctx, bare, created)
			return err == nil, err
		})
	}
}

func container(namespace string) corev1.Container {
	if namespace == broken {
		return corev1.Container{Name: "app", Image: "registry.example/app:latest"}
	}
	alive := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}}
	room := corev1.ResourceList{"cpu": resource.MustParse("10m"), "memory": resource.MustParse("16Mi")}
	return corev1.Container{
		Name: "app", Image: "registry.example/app:1.2.3", ReadinessProbe: alive, LivenessProbe: alive,
		Resources: corev1.ResourceRequirements{Requests: room, Limits: room},
	}
}

// runPods does the kubelet's work. In the broken namespace one container was
// killed for its memory and none is ready; in the other all are well.
func runPods(t *testing.T, cluster *kube.Cluster, namespace string, count int) {
	t.Helper()
	pods := cluster.Client().CoreV1().Pods(namespace)
	var scheduled []corev1.Pod
	cluster.Await(t, time.Minute, "pods on the node", func(ctx context.Context) (bool, error) {
		list, err := pods.List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=node-1"})
		if err != nil {
			return false, err
		}
		scheduled = list.Items
		return len(scheduled) == count, fmt.Errorf("%d pods", len(scheduled))
	})
	for i, pod := range scheduled {
		ready := namespace == fine
		status := corev1.ContainerStatus{
			Name: "app", Ready: ready, Image: pod.Spec.Containers[0].Image,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}},
		}
		if !ready && pod.Labels["app"] == "web" {
			status.RestartCount = 1
			status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
				Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.Now(),
			}
		}
		condition := corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionFalse, LastTransitionTime: metav1.Now()}
		if ready {
			condition.Status = corev1.ConditionTrue
		}
		address := fmt.Sprintf("10.9.%d.%d", len(namespace), i+1)
		cluster.SetPodStatus(t, &pod, func(s *corev1.PodStatus) {
			s.Phase = corev1.PodRunning
			s.PodIP, s.PodIPs = address, []corev1.PodIP{{IP: address}}
			s.ContainerStatuses = []corev1.ContainerStatus{status}
			s.Conditions = append(s.Conditions, condition)
		})
	}
}

// awaitSettled waits until the controllers have finished: from then on nothing
// in the cluster changes.
func awaitSettled(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	cluster.Await(t, time.Minute, "Job that failed", func(ctx context.Context) (bool, error) {
		job, err := cluster.Client().BatchV1().Jobs(broken).Get(ctx, "once", metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		for _, condition := range job.Status.Conditions {
			if condition.Type == batchv1.JobFailed && condition.Status == corev1.ConditionTrue {
				return true, nil
			}
		}
		return false, fmt.Errorf("%+v", job.Status)
	})
	for namespace, ready := range map[string]bool{broken: false, fine: true} {
		cluster.Await(t, time.Minute, "autoscaler and quota that were looked at", func(ctx context.Context) (bool, error) {
			autoscaler, err := cluster.Client().AutoscalingV2().HorizontalPodAutoscalers(namespace).Get(ctx, "idle", metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			quota, err := cluster.Client().CoreV1().ResourceQuotas(namespace).Get(ctx, "claims", metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			settled := len(autoscaler.Status.Conditions) > 0 && len(quota.Status.Used) > 0
			return settled, fmt.Errorf("%+v, %+v", autoscaler.Status, quota.Status)
		})
		cluster.Await(t, time.Minute, "endpoints of a Service", func(ctx context.Context) (bool, error) {
			slices, err := cluster.Client().DiscoveryV1().EndpointSlices(namespace).List(ctx, metav1.ListOptions{})
			if err != nil || len(slices.Items) != 1 || len(slices.Items[0].Endpoints) != 2 {
				return false, fmt.Errorf("%+v, %w", slices, err)
			}
			for _, endpoint := range slices.Items[0].Endpoints {
				if *endpoint.Conditions.Ready != ready {
					return false, fmt.Errorf("%+v", endpoint)
				}
			}
			return true, nil
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
