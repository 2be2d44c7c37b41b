package collect

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// Annotations that an audit reads. All others are dropped: they may contain
// whole manifests, with env values, and anything else.
const (
	mirrorAnnotation      = corev1.MirrorPodAnnotationKey
	limitRangerAnnotation = "kubernetes.io/limit-ranger"
	triggerAnnotation     = corev1.EndpointsLastChangeTriggerTime
	// failureAccrualAnnotation belongs to Linkerd, on a Service.
	failureAccrualAnnotation = "balancer.linkerd.io/failure-accrual"
	ingressClassAnnotation   = "kubernetes.io/ingress.class"
	helmHookAnnotation       = "helm.sh/hook"
	// revisionAnnotation counts the revisions of a Deployment.
	revisionAnnotation     = "deployment.kubernetes.io/revision"
	defaultClassAnnotation = networkingv1.AnnotationIsDefaultIngressClass
)

var keptAnnotations = []string{
	mirrorAnnotation, limitRangerAnnotation, triggerAnnotation, failureAccrualAnnotation, ingressClassAnnotation,
	defaultClassAnnotation, helmHookAnnotation, revisionAnnotation,
}

// Trim removes, in place, what an audit may not keep or never reads. Every
// object goes through here before it is projected or written to a snapshot.
func Trim(obj runtime.Object) {
	if m, ok := obj.(metav1.Object); ok {
		trimObjectMeta(obj, m)
	}
	switch o := obj.(type) {
	case *corev1.Pod:
		trimPodSpec(&o.Spec)
		for _, statuses := range [][]corev1.ContainerStatus{
			o.Status.InitContainerStatuses, o.Status.ContainerStatuses, o.Status.EphemeralContainerStatuses,
		} {
			for i := range statuses {
				trimTermination(statuses[i].State.Terminated)
				trimTermination(statuses[i].LastTerminationState.Terminated)
			}
		}
	case *appsv1.Deployment:
		trimTemplate(&o.Spec.Template)
	case *appsv1.ReplicaSet:
		if metav1.GetControllerOf(o) != nil {
			*o = appsv1.ReplicaSet{TypeMeta: o.TypeMeta, ObjectMeta: o.ObjectMeta}
		}
		trimTemplate(&o.Spec.Template)
	case *appsv1.StatefulSet:
		trimTemplate(&o.Spec.Template)
	case *appsv1.DaemonSet:
		trimTemplate(&o.Spec.Template)
	case *corev1.ReplicationController:
		if o.Spec.Template != nil {
			trimTemplate(o.Spec.Template)
		}
	case *batchv1.Job:
		trimTemplate(&o.Spec.Template)
	case *batchv1.CronJob:
		trimTemplate(&o.Spec.JobTemplate.Spec.Template)
	case *corev1.ConfigMap:
		o.Data, o.BinaryData = emptied(o.Data), emptied(o.BinaryData)
	case *corev1.Secret:
		o.Data, o.StringData = emptied(o.Data), emptied(o.StringData)
	case *unstructured.Unstructured:
		if o.GetKind() == "ServiceMonitor" {
			trimServiceMonitor(o)
		}
	}
	maskSecrets(obj)
}

func trimObjectMeta(obj runtime.Object, m metav1.Object) {
	names, managed := m.GetAnnotations(), m.GetManagedFields()
	trimMeta(m)
	switch kind := obj.GetObjectKind().GroupVersionKind().Kind; {
	case KeepsManagedFields(kind):
		m.SetManagedFields(managed)
	case kind == "Ingress" || kind == "HTTPRoute":
		// The names alone say which limits are set. Values may be snippets of
		// configuration.
		m.SetAnnotations(namesAlone(names, m.GetAnnotations()))
	}
}

func namesAlone(all, kept map[string]string) map[string]string {
	names := make(map[string]string, len(all))
	for name := range all {
		names[name] = kept[name]
	}
	return names
}

func trimMeta(m metav1.Object) {
	m.SetManagedFields(nil)
	var kept map[string]string
	for name, value := range m.GetAnnotations() {
		if injectors[name] != nil {
			value = ""
		}
		if slices.Contains(keptAnnotations, name) || injectors[name] != nil || strings.HasPrefix(name, "prodcheck/") {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[name] = value
		}
	}
	m.SetAnnotations(kept)
}

func trimTemplate(t *corev1.PodTemplateSpec) {
	trimMeta(&t.ObjectMeta)
	trimPodSpec(&t.Spec)
}

func trimPodSpec(s *corev1.PodSpec) {
	for _, containers := range [][]corev1.Container{s.InitContainers, s.Containers} {
		for i := range containers {
			trimEnv(containers[i].Env)
		}
	}
	for i := range s.EphemeralContainers {
		trimEnv(s.EphemeralContainers[i].Env)
	}
}

// A termination message may contain the end of a log: its last part is enough.
// Mask it first, because the cut may remove the words by which a secret is
// recognized.
func trimTermination(t *corev1.ContainerStateTerminated) {
	if t != nil {
		t.Message = lastWords(mask.Text(t.Message))
	}
}
