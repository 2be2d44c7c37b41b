package load

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Pod is one of the pods, without its status. Its owner is that of its revision.
func (a Application) Pod(owner *appsv1.ReplicaSet, i int) *corev1.Pod {
	revision := a.RevisionOf(i)
	template := a.template(revision)
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = fmt.Sprintf("%s-%05d", owner.Name, i), a.namespace
	pod.GenerateName = owner.Name + "-"
	pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = a.hash(revision)
	pod.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(owner, appsv1.SchemeGroupVersion.WithKind("ReplicaSet")),
	}
	pod.Spec.NodeName = nodeName((a.number*PodsPerWorkload + i) / a.podsPerNode)
	if a.varied {
		a.vary(pod, i)
	}
	return pod
}

// podReady is false for every second pod of a failing Application.
func (a Application) podReady(i int) bool { return !a.failing() || i%2 == 0 }

// PodStatus belongs to Pod.
func (a Application) PodStatus(i int) corev1.PodStatus {
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
	if a.varied {
		a.varyStatus(&status, i)
	}
	return status
}

func (a Application) containerStatus(name string, ready bool) corev1.ContainerStatus {
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

func (a Application) podAddress(i int) string { return address(a.number*PodsPerWorkload + i) }
