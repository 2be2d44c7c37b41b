package files

import (
	"bytes"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
)

// patchReason says why an object is only a part that kustomize merges with the
// rest: the API would refuse it. An object with a UID was accepted before.
func (in *fileReader) patchReason(obj runtime.Object, o manifest.Object) string {
	m, partial := obj.(metav1.Object), isPartial(obj)
	if m.GetUID() != "" {
		return ""
	}
	if what := patchMark(obj, o, partial); what != "" {
		return "a patch, not an object: " + what
	}
	key := strings.Join([]string{o.APIVersion, o.Kind, m.GetNamespace(), m.GetName()}, "\x00")
	if partial && in.whole[key] {
		return "a patch, not an object: it lacks fields that an object of the same name has"
	}
	in.whole[key] = in.whole[key] || !partial
	return ""
}

// patchMark describes missing fields: fields that every object must have, or one
// that all containers lack.
func patchMark(obj runtime.Object, o manifest.Object, partial bool) string {
	spec := podSpecOf(obj)
	switch {
	case bytes.Contains(o.JSON, []byte(`"$patch"`)):
		return "it has $patch"
	case spec == nil:
		return ""
	case o.Metadata.Name == "" && o.Metadata.GenerateName == "":
		return "neither a name nor a generateName"
	case partial && spec.Containers == nil:
		return "neither a selector nor containers"
	}
	containers := slices.Concat(spec.InitContainers, spec.Containers)
	without := slices.DeleteFunc(slices.Clone(containers), func(c corev1.Container) bool { return c.Image != "" })
	// In a whole object, some containers may wait for their image to be filled in.
	if len(without) > 0 && (partial || len(without) == len(containers)) {
		return "a container without an image"
	}
	return ""
}

// isPartial reports whether the object lacks a field that its kind requires.
func isPartial(obj runtime.Object) bool {
	switch o := obj.(type) {
	case *appsv1.Deployment:
		return o.Spec.Selector == nil
	case *appsv1.StatefulSet:
		return o.Spec.Selector == nil
	case *appsv1.DaemonSet:
		return o.Spec.Selector == nil
	case *corev1.Service:
		return o.Spec.Ports == nil && o.Spec.Type != corev1.ServiceTypeExternalName
	case *batchv1.CronJob:
		return o.Spec.Schedule == ""
	case *autoscalingv2.HorizontalPodAutoscaler:
		return o.Spec.ScaleTargetRef.Name == ""
	case *policyv1.PodDisruptionBudget:
		return o.Spec.Selector == nil
	case *networkingv1.Ingress:
		return o.Spec.Rules == nil && o.Spec.DefaultBackend == nil
	}
	return false
}

func podSpecOf(obj runtime.Object) *corev1.PodSpec {
	switch o := obj.(type) {
	case *corev1.Pod:
		return &o.Spec
	case *appsv1.Deployment:
		return &o.Spec.Template.Spec
	case *appsv1.ReplicaSet:
		return &o.Spec.Template.Spec
	case *appsv1.StatefulSet:
		return &o.Spec.Template.Spec
	case *appsv1.DaemonSet:
		return &o.Spec.Template.Spec
	case *batchv1.Job:
		return &o.Spec.Template.Spec
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template.Spec
	case *corev1.ReplicationController:
		if o.Spec.Template != nil {
			return &o.Spec.Template.Spec
		}
	}
	return nil
}
