package collect

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func projectPod(p *corev1.Pod) *inventory.Pod {
	pod := &inventory.Pod{Object: objectOf("v1", "Pod", p), Node: p.Spec.NodeName, Phase: p.Status.Phase}
	if pod.Owner != nil {
		// Only the annotations of its workload count: those of a template are on every
		// pod.
		pod.Ignore = nil
	}
	exception := inventory.PodException{Reason: p.Status.Reason, Message: p.Status.Message, ShortOf: shortage(p.Status.Message)}
	var containersReady inventory.Condition
	_, exception.Mirror = p.Annotations[mirrorAnnotation]
	if p.Status.StartTime != nil && !cameUp(&p.Status) {
		exception.Started = p.Status.StartTime.Time
	}
	for _, c := range p.Status.Conditions {
		switch c.Type {
		case corev1.PodReady:
			pod.Ready = podCondition(&c, c.Reason == inventory.ReadinessGatesNotReady)
		case corev1.ContainersReady:
			containersReady = podCondition(&c, false)
		case corev1.PodScheduled:
			// Nearly all pods are placed, and their node says so.
			if c.Status != corev1.ConditionTrue {
				exception.Unscheduled = podCondition(&c, true)
				exception.Unscheduled.Message = withoutPreemption(c.Message)
			}
		case corev1.PodResizePending, corev1.PodResizeInProgress:
			if exception.ResizePending.Reason == "" {
				exception.ResizePending = podCondition(&c, true)
			}
		case corev1.DisruptionTarget:
			exception.Disrupted = podCondition(&c, true)
		}
	}
	if containersReady.Status != pod.Ready.Status || !containersReady.Since.Equal(pod.Ready.Since) {
		exception.ContainersReadyApart = &containersReady
	}
	for i, ip := range p.Status.PodIPs {
		isIPv6 := strings.Contains(ip.IP, ":")
		exception.OnlyIPv6 = isIPv6 && (i == 0 || exception.OnlyIPv6)
		exception.IPv6 = exception.IPv6 || isIPv6
	}
	pod.PodException = orShared(exception, ordinaryPod, dualStackPod, ipv6Pod)
	pod.Containers = make([]inventory.Container, 0,
		len(p.Status.InitContainerStatuses)+len(p.Status.ContainerStatuses)+len(p.Status.EphemeralContainerStatuses))
	for i := range p.Status.InitContainerStatuses {
		status := &p.Status.InitContainerStatuses[i]
		spec := containerNamed(p.Spec.InitContainers, status.Name)
		kind := inventory.Init
		if spec != nil {
			kind = inventory.KindOfInit(spec)
		}
		pod.Containers = append(pod.Containers, projectContainer(status, spec, &p.Spec, kind))
	}
	for i := range p.Status.ContainerStatuses {
		status := &p.Status.ContainerStatuses[i]
		pod.Containers = append(pod.Containers,
			projectContainer(status, containerNamed(p.Spec.Containers, status.Name), &p.Spec, inventory.App))
	}
	for i := range p.Status.EphemeralContainerStatuses {
		pod.Containers = append(pod.Containers,
			projectContainer(&p.Status.EphemeralContainerStatuses[i], nil, &p.Spec, inventory.Ephemeral))
	}
	return pod
}

// cameUp reports whether everything that a pod waited for at its start is there.
func cameUp(s *corev1.PodStatus) bool {
	waits := func(c corev1.ContainerStatus) bool { return c.State.Waiting != nil }
	return (s.Phase == corev1.PodRunning || s.Phase == corev1.PodSucceeded) &&
		!slices.ContainsFunc(s.InitContainerStatuses, waits) && !slices.ContainsFunc(s.ContainerStatuses, waits)
}

func containerNamed(containers []corev1.Container, name string) *corev1.Container {
	for i := range containers {
		if containers[i].Name == name {
			return &containers[i]
		}
	}
	return nil
}

func projectContainer(status *corev1.ContainerStatus, spec *corev1.Container, pod *corev1.PodSpec, kind inventory.ContainerKind) inventory.Container {
	c := inventory.Container{
		ContainerIdentity: &inventory.ContainerIdentity{
			Name: status.Name, Kind: kind, Image: status.Image, ImageID: status.ImageID,
		},
		Ready: status.Ready, Restarts: max(status.RestartCount, 0),
	}
	exception := inventory.ContainerException{
		Ended: projectTermination(status.State.Terminated),
		Last:  projectTermination(status.LastTerminationState.Terminated),
	}
	if status.State.Running != nil {
		c.RunningSince = status.State.Running.StartedAt.Time
		c.Starting = status.Started != nil && !*status.Started
	}
	if c.Image == "" && spec != nil {
		c.Image = spec.Image
	}
	if status.State.Waiting != nil {
		waiting := status.State.Waiting
		exception.Waiting, exception.WaitingMessage = waiting.Reason, waiting.Message
		exception.Absent = absenceReportedBy(waiting.Reason, waiting.Message)
		if slices.Contains(pullWaits, waiting.Reason) {
			exception.Pull = pullFailure(waiting.Message)
		}
	}
	if spec != nil && status.Resources != nil && !status.Resources.Limits.Memory().IsZero() &&
		spec.Resources.Limits.Memory().Cmp(*status.Resources.Limits.Memory()) != 0 {
		exception.WantedMemory = spec.Resources.Limits.Memory().Value()
	}
	c.ContainerException = orShared(exception, steadyContainer)
	switch {
	case status.Resources != nil && !status.Resources.Limits.Memory().IsZero():
		c.MemoryLimit = status.Resources.Limits.Memory().Value()
	case spec != nil && !spec.Resources.Limits.Memory().IsZero():
		c.MemoryLimit = spec.Resources.Limits.Memory().Value()
	case pod.Resources != nil:
		c.MemoryLimit = pod.Resources.Limits.Memory().Value()
	}
	return c
}

// orShared returns a shared value if one is equal, otherwise the value itself.
func orShared[T comparable](value T, shared ...*T) *T {
	for _, s := range shared {
		if value == *s {
			return s
		}
	}
	return &value
}

func projectTermination(t *corev1.ContainerStateTerminated) *inventory.Termination {
	if t == nil {
		return nil
	}
	return &inventory.Termination{
		Reason: t.Reason, Message: t.Message, ExitCode: t.ExitCode, Signal: t.Signal,
		Started: t.StartedAt.Time, Finished: t.FinishedAt.Time,
	}
}

// Most pods of a cluster are ordinary in one of these ways.
var (
	ordinaryPod  = &inventory.PodException{}
	dualStackPod = &inventory.PodException{IPv6: true}
	ipv6Pod      = &inventory.PodException{IPv6: true, OnlyIPv6: true}
)

var steadyContainer = &inventory.ContainerException{}

// podCondition converts a condition of a pod. Messages are kept only if a check
// uses them, because a cluster has many pods.
func podCondition(c *corev1.PodCondition, withMessage bool) inventory.Condition {
	condition := inventory.Condition{Status: c.Status, Reason: c.Reason, Since: c.LastTransitionTime.Time}
	if withMessage {
		condition.Message = c.Message
	}
	return condition
}
