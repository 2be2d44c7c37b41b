package collect

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// masking is only turned off by a test, which compares the findings.
var masking = true

// maskSecrets masks secrets in a trimmed object, in place: in commands, probes,
// hooks and annotations that people wrote, and in messages that quote them.
func maskSecrets(obj runtime.Object) {
	if !masking {
		return
	}
	if m, ok := obj.(metav1.Object); ok && len(m.GetAnnotations()) > 0 {
		m.SetAnnotations(maskValues(m.GetAnnotations()))
	}
	switch o := obj.(type) {
	case *corev1.Pod:
		maskPodSpec(&o.Spec)
		maskPodStatus(&o.Status)
	case *corev1.Event:
		o.Message = mask.Text(o.Message)
	case *corev1.Node:
		maskEach(o.Status.Conditions, func(c *corev1.NodeCondition) *string { return &c.Message })
	case *corev1.Service:
		maskEach(o.Status.Conditions, conditionMessage)
	case *appsv1.Deployment:
		maskTemplate(&o.Spec.Template)
		maskEach(o.Status.Conditions, func(c *appsv1.DeploymentCondition) *string { return &c.Message })
	case *appsv1.StatefulSet:
		maskTemplate(&o.Spec.Template)
		maskEach(o.Status.Conditions, func(c *appsv1.StatefulSetCondition) *string { return &c.Message })
	case *appsv1.DaemonSet:
		maskTemplate(&o.Spec.Template)
		maskEach(o.Status.Conditions, func(c *appsv1.DaemonSetCondition) *string { return &c.Message })
	case *corev1.ReplicationController:
		if o.Spec.Template != nil {
			maskTemplate(o.Spec.Template)
		}
		maskEach(o.Status.Conditions, func(c *corev1.ReplicationControllerCondition) *string { return &c.Message })
	case *batchv1.Job:
		maskTemplate(&o.Spec.Template)
		maskEach(o.Status.Conditions, func(c *batchv1.JobCondition) *string { return &c.Message })
	case *batchv1.CronJob:
		maskTemplate(&o.Spec.JobTemplate.Spec.Template)
		o.Spec.JobTemplate.Annotations = maskValues(o.Spec.JobTemplate.Annotations)
	case *autoscalingv2.HorizontalPodAutoscaler:
		maskEach(o.Status.Conditions, func(c *autoscalingv2.HorizontalPodAutoscalerCondition) *string { return &c.Message })
	case *policyv1.PodDisruptionBudget:
		maskEach(o.Status.Conditions, conditionMessage)
	case *unstructured.Unstructured:
		for field, value := range o.Object {
			if field != "metadata" {
				o.Object[field] = maskNested(field, value)
			}
		}
	}
}

func conditionMessage(c *metav1.Condition) *string { return &c.Message }

// maskEach masks one text of each item.
func maskEach[T any](items []T, text func(*T) *string) {
	for i := range items {
		if t := text(&items[i]); *t != "" {
			*t = mask.Text(*t)
		}
	}
}

func maskValues(values map[string]string) map[string]string {
	for name, value := range values {
		values[name] = mask.Value(name, value)
	}
	return values
}

func maskTemplate(t *corev1.PodTemplateSpec) {
	t.Annotations = maskValues(t.Annotations)
	maskPodSpec(&t.Spec)
}

func maskPodSpec(s *corev1.PodSpec) {
	for _, containers := range [][]corev1.Container{s.InitContainers, s.Containers} {
		for i := range containers {
			maskContainer(&containers[i])
		}
	}
	for i := range s.EphemeralContainers {
		// An ephemeral container has the fields of a container.
		c := corev1.Container(s.EphemeralContainers[i].EphemeralContainerCommon)
		maskContainer(&c)
	}
	for i := range s.Volumes {
		v := &s.Volumes[i]
		if v.CSI != nil {
			v.CSI.VolumeAttributes = maskValues(v.CSI.VolumeAttributes)
		}
		if v.FlexVolume != nil {
			v.FlexVolume.Options = maskValues(v.FlexVolume.Options)
		}
	}
}

func maskContainer(c *corev1.Container) {
	// An option may be in one of the two lists and its value in the other.
	words := slices.Concat(c.Command, c.Args)
	mask.Words(words)
	copy(c.Command, words)
	copy(c.Args, words[len(c.Command):])
	for _, probe := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
		if probe != nil {
			maskHandler(probe.Exec, probe.HTTPGet, probe.TCPSocket)
		}
	}
	if c.Lifecycle != nil {
		for _, hook := range []*corev1.LifecycleHandler{c.Lifecycle.PostStart, c.Lifecycle.PreStop} {
			if hook != nil {
				maskHandler(hook.Exec, hook.HTTPGet, hook.TCPSocket)
			}
		}
	}
}

func maskHandler(exec *corev1.ExecAction, get *corev1.HTTPGetAction, socket *corev1.TCPSocketAction) {
	if exec != nil {
		mask.Words(exec.Command)
	}
	if get != nil {
		get.Path, get.Host = mask.Text(get.Path), mask.Text(get.Host)
		for i := range get.HTTPHeaders {
			h := &get.HTTPHeaders[i]
			h.Value = mask.Value(h.Name, h.Value)
		}
	}
	if socket != nil {
		socket.Host = mask.Text(socket.Host)
	}
}

func maskPodStatus(s *corev1.PodStatus) {
	s.Message = mask.Text(s.Message)
	maskEach(s.Conditions, func(c *corev1.PodCondition) *string { return &c.Message })
	for i := range s.VolumeHealth {
		maskEach(s.VolumeHealth[i].HealthConditions, func(c *corev1.VolumeHealthCondition) *string { return &c.Message })
	}
	for _, statuses := range [][]corev1.ContainerStatus{s.InitContainerStatuses, s.ContainerStatuses, s.EphemeralContainerStatuses} {
		for i := range statuses {
			for _, state := range []*corev1.ContainerState{&statuses[i].State, &statuses[i].LastTerminationState} {
				if w := state.Waiting; w != nil {
					w.Message = mask.Text(w.Message)
				}
				if t := state.Terminated; t != nil {
					t.Message = mask.Text(t.Message)
				}
			}
		}
	}
}

// maskNested masks the texts in a field of a custom resource.
func maskNested(field string, value any) any {
	switch value := value.(type) {
	case string:
		return mask.Value(field, value)
	case []any:
		for i := range value {
			value[i] = maskNested(field, value[i])
		}
	case map[string]any:
		// Headers are pairs of name and value.
		header, _ := value["name"].(string)
		for name, item := range value {
			known := name
			if name == "value" && header != "" {
				known = header
			}
			value[name] = maskNested(known, item)
		}
	}
	return value
}
