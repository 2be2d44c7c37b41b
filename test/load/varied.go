package load

import (
	"fmt"
	"hash/fnv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/rand"
)

// Revisions counts the ReplicaSets, the current one and older ones.
func (a Application) Revisions() int {
	if a.varied {
		return 3
	}
	return 1
}

// RevisionOf is the revision of a pod: every fourth workload is being rolled out.
func (a Application) RevisionOf(pod int) int {
	if pod < int(a.replicas(1)) {
		return 1
	}
	return 0
}

// replicas counts the pods of a revision.
func (a Application) replicas(revision int) int32 {
	const old = 3
	rollsOut := a.varied && a.number%4 == 0
	switch {
	case revision == 0 && rollsOut:
		return PodsPerWorkload - old
	case revision == 0:
		return PodsPerWorkload
	case revision == 1 && rollsOut:
		return old
	}
	return 0
}

// odd is equally often true for one of so many pods.
func (a Application) odd(i, of int) bool { return (a.number*PodsPerWorkload+i)%of == of/2 }

// token is a word that belongs to one pod.
func (a Application) token(i int, of string) string {
	h := fnv.New64a()
	fmt.Fprint(h, a.number, i, of)
	return rand.SafeEncodeString(fmt.Sprint(h.Sum64()))
}

// vary makes a pod differ from the others of its workload, as admission, networks and autoscalers do.
func (a Application) vary(pod *corev1.Pod, i int) {
	pod.Name = pod.GenerateName + a.token(i, "name")[:5]
	pod.Annotations["cni.projectcalico.org/containerID"] = digest(a.number*PodsPerWorkload + i)[7:]
	pod.Annotations["cni.projectcalico.org/podIP"] = a.podAddress(i) + "/32"
	pod.Annotations["k8s.v1.cni.cncf.io/network-status"] = fmt.Sprintf(
		"[{\n    \"name\": \"k8s-pod-network\",\n    \"ips\": [\n        %q\n    ],\n    \"mac\": %q,\n    \"default\": true,\n    \"dns\": {}\n}]",
		a.podAddress(i), a.token(i, "mac"))
	pod.Annotations["kubectl.kubernetes.io/restartedAt"] = fmt.Sprintf("2026-11-%02dT06:00:00Z", 10+a.RevisionOf(i))
	volume := "vault-token-" + a.token(i, "vault")[:5]
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: volume, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory},
	}})
	for n := range pod.Spec.Containers {
		c := &pod.Spec.Containers[n]
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: volume, MountPath: "/vault/secrets"})
		c.Env = append(c.Env,
			corev1.EnvVar{Name: "INSTANCE_TOKEN", Value: a.token(i, c.Name)},
			corev1.EnvVar{Name: "INSTANCE_NUMBER", Value: fmt.Sprint(i)},
			corev1.EnvVar{Name: "HOST_IP", ValueFrom: &corev1.EnvVarSource{
				FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "status.hostIP"},
			}})
	}
	if a.odd(i, 10) {
		// A vertical autoscaler has its own opinion of some.
		pod.Spec.Containers[0].Resources.Requests[corev1.ResourceCPU] = resource.MustParse(fmt.Sprintf("%dm", 100+i))
	}
}

// varyStatus gives one pod in twenty a long story.
func (a Application) varyStatus(status *corev1.PodStatus, i int) {
	v6 := fmt.Sprintf("fd00:10::%x:%x", a.number+1, i+1)
	status.PodIPs = append(status.PodIPs, corev1.PodIP{IP: v6})
	for n := range status.ContainerStatuses {
		c := &status.ContainerStatuses[n]
		c.ContainerID = "containerd://" + digest((a.number*PodsPerWorkload+i)*2 + n)[7:]
		c.RestartCount += int32(i % 3)
		if running := c.State.Running; running != nil {
			running.StartedAt.Time = running.StartedAt.Add(-timeOf(a.number*PodsPerWorkload + i))
		}
	}
	for n := range status.Conditions {
		status.Conditions[n].LastTransitionTime.Time = status.Conditions[n].LastTransitionTime.Add(-timeOf(a.number*PodsPerWorkload + i))
	}
	if !a.odd(i, 20) {
		return
	}
	c := &status.ContainerStatuses[0]
	c.RestartCount++
	c.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		ExitCode: 1, Reason: "Error", StartedAt: started, FinishedAt: started, ContainerID: c.ContainerID,
		Message: strings.Repeat("panic: runtime error: invalid memory address or nil pointer dereference\n\tmain.go:42\n", 30),
	}
	status.Conditions = append(status.Conditions, corev1.PodCondition{
		Type: "example.com/Synced", Status: corev1.ConditionFalse, Reason: "Waiting", LastTransitionTime: started,
		Message: strings.Repeat("0/200 shards are in sync with their leader: 3 had no quorum, 7 were behind. ", 12),
	})
}
