package load

import (
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Service selects all of its pods.
func (a Application) Service() *corev1.Service {
	return &corev1.Service{ObjectMeta: a.meta(a.name), Spec: corev1.ServiceSpec{
		Selector: a.selector(), Ports: []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromString("http-app")}},
	}}
}

// EndpointSlice belongs to the Service.
func (a Application) EndpointSlice(owner *corev1.Service, pods []*corev1.Pod) *discoveryv1.EndpointSlice {
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

// Budget lets one pod go.
func (a Application) Budget() *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{ObjectMeta: a.meta(a.name), Spec: policyv1.PodDisruptionBudgetSpec{
		MaxUnavailable: new(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{MatchLabels: a.selector()},
	}}
}

// Autoscaler scales the Deployment.
func (a Application) Autoscaler() *autoscalingv2.HorizontalPodAutoscaler {
	return &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: a.meta(a.name), Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
		ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: a.name},
		MinReplicas:    new(int32(PodsPerWorkload)), MaxReplicas: 2 * PodsPerWorkload,
	}}
}

// Ingress leads to the Service.
func (a Application) Ingress() *networkingv1.Ingress {
	return &networkingv1.Ingress{ObjectMeta: a.meta(a.name), Spec: networkingv1.IngressSpec{
		Rules: []networkingv1.IngressRule{{Host: a.name + ".example", IngressRuleValue: networkingv1.IngressRuleValue{
			HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
				Path: "/", PathType: new(networkingv1.PathTypePrefix),
				Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
					Name: a.name, Port: networkingv1.ServiceBackendPort{Name: "http"},
				}},
			}}},
		}}},
	}}
}

// ConfigMap is mounted by all of its pods.
func (a Application) ConfigMap() *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: a.meta(a.name), Data: map[string]string{"config.yaml": strings.Repeat("key: value\n", 200)}}
}

// Events are one Warning and, as everywhere, more that are none.
func (a Application) Events(pod *corev1.Pod) []*corev1.Event {
	var events []*corev1.Event
	for _, reason := range []string{"Unhealthy", "Pulled", "Created", "Started"} {
		event := &corev1.Event{
			ObjectMeta:     metav1.ObjectMeta{Name: a.name + "." + strings.ToLower(reason), Namespace: a.namespace},
			InvolvedObject: *reference(pod), Reason: reason, Type: corev1.EventTypeNormal, Message: reason + " container app",
			Source: corev1.EventSource{Component: "kubelet", Host: pod.Spec.NodeName}, Count: 3, FirstTimestamp: started, LastTimestamp: started,
		}
		if reason == "Unhealthy" {
			event.Type, event.Message = corev1.EventTypeWarning, "Readiness probe failed: HTTP probe failed with statuscode: 503"
		}
		events = append(events, event)
	}
	return events
}

// Job has ended well.
func (a Application) Job() *batchv1.Job {
	template := a.template(0)
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	return &batchv1.Job{ObjectMeta: a.meta(a.name + "-import"), Spec: batchv1.JobSpec{Template: template, BackoffLimit: new(int32(3))}}
}

// JobStatus belongs to Job.
func JobStatus() batchv1.JobStatus {
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
