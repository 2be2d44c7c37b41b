package main

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// started is the start time of everything.
var started = metav1.NewTime(time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC))

func namespaceName(n int) string { return fmt.Sprintf("team-%02d", n) }
func nodeName(n int) string      { return fmt.Sprintf("node-%04d", n) }

func node(n int) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: nodeName(n), Labels: map[string]string{
			corev1.LabelHostname: nodeName(n), corev1.LabelTopologyZone: fmt.Sprintf("zone-%d", n%3),
			corev1.LabelInstanceTypeStable: "standard-16", corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
		}},
	}
}

func nodeStatus(n int) corev1.NodeStatus {
	status := corev1.NodeStatus{
		Capacity: resources("16", "64Gi"), Allocatable: resources("15", "60Gi"),
		Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: address(n)}},
		Conditions: []corev1.NodeCondition{{
			Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", LastTransitionTime: started,
		}},
	}
	for i := range 30 {
		status.Images = append(status.Images, corev1.ContainerImage{
			Names: []string{image(fmt.Sprintf("app-%d", i)), image(fmt.Sprintf("app-%d", i)) + "@" + digest(i)}, SizeBytes: 123456789,
		})
	}
	return status
}

// application is a Deployment of podsPerWorkload pods with its Service and all
// that belongs to them. Most are well; every twentieth runs out of memory.
type application struct {
	number    int
	name      string
	namespace string
}

func newApplication(n int) application {
	return application{number: n, name: fmt.Sprintf("app-%05d", n), namespace: namespaceName(n % namespaces)}
}

func (a application) failing() bool { return a.number%20 == 0 }
func (a application) hasJob() bool  { return a.number%10 == 0 }
func (a application) hash() string  { return "6c9d7f5b8c" }

func (a application) selector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": a.name, "app.kubernetes.io/instance": a.namespace}
}

func (a application) labels() map[string]string {
	labels := a.selector()
	labels["app.kubernetes.io/version"] = "1.4.2"
	labels["app.kubernetes.io/managed-by"] = "Helm"
	labels["helm.sh/chart"] = a.name + "-1.4.2"
	labels["team"] = a.namespace
	return labels
}

func (a application) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: a.namespace, Labels: a.labels()}
}

func (a application) deployment() *appsv1.Deployment {
	d := &appsv1.Deployment{ObjectMeta: a.meta(a.name)}
	d.Annotations = map[string]string{
		"meta.helm.sh/release-name": a.name, "meta.helm.sh/release-namespace": a.namespace,
		"deployment.kubernetes.io/revision": "1",
	}
	d.Spec = appsv1.DeploymentSpec{
		Replicas: new(int32(podsPerWorkload)), Template: a.template(),
		Selector: &metav1.LabelSelector{MatchLabels: a.selector()},
	}
	return d
}

func (a application) ready() int32 {
	if a.failing() {
		return podsPerWorkload / 2
	}
	return podsPerWorkload
}

func (a application) deploymentStatus() appsv1.DeploymentStatus {
	return appsv1.DeploymentStatus{
		ObservedGeneration: 1, Replicas: podsPerWorkload, UpdatedReplicas: podsPerWorkload,
		ReadyReplicas: a.ready(), AvailableReplicas: a.ready(), UnavailableReplicas: podsPerWorkload - a.ready(),
		Conditions: []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable",
			LastTransitionTime: started, LastUpdateTime: started,
		}},
	}
}

func (a application) replicaSet(owner *appsv1.Deployment) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{ObjectMeta: a.meta(a.name + "-" + a.hash())}
	rs.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(owner, appsv1.SchemeGroupVersion.WithKind("Deployment")),
	}
	rs.Annotations = map[string]string{"deployment.kubernetes.io/desired-replicas": "10", "deployment.kubernetes.io/revision": "1"}
	template := a.template()
	template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = a.hash()
	selector := a.selector()
	selector[appsv1.DefaultDeploymentUniqueLabelKey] = a.hash()
	rs.Spec = appsv1.ReplicaSetSpec{
		Replicas: owner.Spec.Replicas, Template: template, Selector: &metav1.LabelSelector{MatchLabels: selector},
	}
	return rs
}

func (a application) replicaSetStatus() appsv1.ReplicaSetStatus {
	return appsv1.ReplicaSetStatus{
		ObservedGeneration: 1, Replicas: podsPerWorkload, FullyLabeledReplicas: podsPerWorkload,
		ReadyReplicas: a.ready(), AvailableReplicas: a.ready(),
	}
}

func (a application) template() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels: a.labels(),
			Annotations: map[string]string{
				"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "checksum/config": strings.Repeat("4f1c", 16),
			},
		},
		Spec: corev1.PodSpec{
			Containers: []corev1.Container{a.container("app", 8080, 10), a.container("proxy", 15001, 4)},
			Volumes: []corev1.Volume{
				{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
					LocalObjectReference: corev1.LocalObjectReference{Name: a.name},
				}}},
				{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			},
			Tolerations: []corev1.Toleration{
				{Key: "node.kubernetes.io/memory-pressure", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
			},
		},
	}
}

func (a application) container(name string, port int32, variables int) corev1.Container {
	probe := &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromString("http-" + name)}},
		PeriodSeconds: 10,
	}
	c := corev1.Container{
		Name: name, Image: image(name),
		Args:  []string{"--config=/etc/" + name + "/config.yaml", "--log-level=info"},
		Ports: []corev1.ContainerPort{{Name: "http-" + name, ContainerPort: port, Protocol: corev1.ProtocolTCP}},
		Resources: corev1.ResourceRequirements{
			Requests: resources("100m", "256Mi"), Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("256Mi")},
		},
		ReadinessProbe: probe, LivenessProbe: probe,
		VolumeMounts: []corev1.VolumeMount{
			{Name: "config", MountPath: "/etc/" + name, ReadOnly: true}, {Name: "scratch", MountPath: "/tmp"},
		},
	}
	for n := range variables {
		c.Env = append(c.Env, corev1.EnvVar{
			Name: fmt.Sprintf("%s_SETTING_%02d", strings.ToUpper(name), n), Value: fmt.Sprintf("the value number %d of %s", n, a.name),
		})
	}
	return c
}

func (a application) pod(owner *appsv1.ReplicaSet, i int) *corev1.Pod {
	template := a.template()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = fmt.Sprintf("%s-%05d", owner.Name, i), a.namespace
	pod.GenerateName = owner.Name + "-"
	pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = a.hash()
	pod.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(owner, appsv1.SchemeGroupVersion.WithKind("ReplicaSet")),
	}
	pod.Spec.NodeName = nodeName((a.number*podsPerWorkload + i) / podsPerNode)
	return pod
}

// podReady is false for every second pod of a failing application.
func (a application) podReady(i int) bool { return !a.failing() || i%2 == 0 }

func (a application) podStatus(i int) corev1.PodStatus {
	ready := corev1.ConditionTrue
	if !a.podReady(i) {
		ready = corev1.ConditionFalse
	}
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, StartTime: &started, QOSClass: corev1.PodQOSBurstable,
		HostIP: address(a.number), HostIPs: []corev1.HostIP{{IP: address(a.number)}},
		PodIP: a.podAddress(i), PodIPs: []corev1.PodIP{{IP: a.podAddress(i)}},
		ContainerStatuses: []corev1.ContainerStatus{a.containerStatus("app", a.podReady(i)), a.containerStatus("proxy", true)},
	}
	for _, condition := range []corev1.PodCondition{
		{Type: corev1.PodReadyToStartContainers, Status: corev1.ConditionTrue},
		{Type: corev1.PodInitialized, Status: corev1.ConditionTrue},
		{Type: corev1.PodReady, Status: ready},
		{Type: corev1.ContainersReady, Status: ready},
		{Type: corev1.PodScheduled, Status: corev1.ConditionTrue},
	} {
		condition.LastTransitionTime = started
		status.Conditions = append(status.Conditions, condition)
	}
	return status
}

func (a application) containerStatus(name string, ready bool) corev1.ContainerStatus {
	status := corev1.ContainerStatus{
		Name: name, Image: image(name), ImageID: image(name) + "@" + digest(1), ContainerID: "containerd://" + digest(a.number)[7:],
		Ready: ready, Started: &ready, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}},
	}
	if !ready {
		status.RestartCount = 7
		status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
			Reason: "CrashLoopBackOff", Message: "back-off 5m0s restarting failed container=" + name,
		}}
		status.LastTerminationState = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: 137, Reason: "OOMKilled", StartedAt: started, FinishedAt: started, ContainerID: status.ContainerID,
		}}
	}
	return status
}

func (a application) podAddress(i int) string { return address(a.number*podsPerWorkload + i) }

func (a application) service() *corev1.Service {
	return &corev1.Service{ObjectMeta: a.meta(a.name), Spec: corev1.ServiceSpec{
		Selector: a.selector(), Ports: []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromString("http-app")}},
	}}
}

func (a application) endpointSlice(owner *corev1.Service, pods []*corev1.Pod) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{ObjectMeta: a.meta(a.name + "-x7k2p"), AddressType: discoveryv1.AddressTypeIPv4}
	slice.Labels[discoveryv1.LabelServiceName] = a.name
	slice.Labels[discoveryv1.LabelManagedBy] = "endpointslice-controller.k8s.io"
	slice.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(owner, corev1.SchemeGroupVersion.WithKind("Service")),
	}
	slice.Ports = []discoveryv1.EndpointPort{{Name: new("http"), Port: new(int32(8080)), Protocol: new(corev1.ProtocolTCP)}}
	for i, pod := range pods {
		ready := a.podReady(i)
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{a.podAddress(i)}, NodeName: &pod.Spec.NodeName,
			Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready, Terminating: new(false)},
			TargetRef:  reference(pod),
		})
	}
	return slice
}

func (a application) configMap() *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: a.meta(a.name), Data: map[string]string{"config.yaml": strings.Repeat("key: value\n", 200)}}
}

// events are one Warning and, as everywhere, more that are none.
func (a application) events(pod *corev1.Pod) []*corev1.Event {
	var events []*corev1.Event
	for _, reason := range []string{"Unhealthy", "Pulled", "Created", "Started"} {
		event := &corev1.Event{
			ObjectMeta:     metav1.ObjectMeta{Name: pod.Name + "." + strings.ToLower(reason), Namespace: a.namespace},
			InvolvedObject: *reference(pod), Reason: reason, Type: corev1.EventTypeNormal, Message: reason + " container app",
			Source: corev1.EventSource{Component: kubelet, Host: pod.Spec.NodeName}, Count: 3, FirstTimestamp: started, LastTimestamp: started,
		}
		if reason == "Unhealthy" {
			event.Type, event.Message = corev1.EventTypeWarning, "Readiness probe failed: HTTP probe failed with statuscode: 503"
		}
		events = append(events, event)
	}
	return events
}

func (a application) job() *batchv1.Job {
	template := a.template()
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	return &batchv1.Job{ObjectMeta: a.meta(a.name + "-import"), Spec: batchv1.JobSpec{Template: template, BackoffLimit: new(int32(3))}}
}

func jobStatus() batchv1.JobStatus {
	status := batchv1.JobStatus{StartTime: &started, CompletionTime: &started, Succeeded: 1}
	for _, condition := range []batchv1.JobConditionType{batchv1.JobSuccessCriteriaMet, batchv1.JobComplete} {
		status.Conditions = append(status.Conditions, batchv1.JobCondition{
			Type: condition, Status: corev1.ConditionTrue, Reason: "CompletionsReached", LastTransitionTime: started, LastProbeTime: started,
		})
	}
	return status
}

func reference(pod *corev1.Pod) *corev1.ObjectReference {
	return &corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID}
}

func resources(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
}

func image(name string) string { return "registry.example/team/" + name + ":1.4.2" }
func digest(n int) string      { return fmt.Sprintf("sha256:%064x", n+1) }
func address(n int) string     { return fmt.Sprintf("10.%d.%d.%d", 128+n>>16, n>>8&255, n&255) }
