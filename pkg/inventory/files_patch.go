package inventory

import (
	"bytes"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory/internal/manifest"
)

// patchReason says why an object is only a part of one, for kustomize to merge
// with the rest: the API would refuse it. What has a UID was accepted.
func patchReason(obj runtime.Object, o manifest.Object) string {
	if m, ok := obj.(metav1.Object); !ok || m.GetUID() != "" {
		return ""
	}
	if bytes.Contains(o.JSON, []byte(`"$patch"`)) {
		return "a patch, not an object: it has $patch"
	}
	spec := podSpecOf(obj)
	switch {
	case lacksSelector(obj) && spec.Containers == nil:
		return "a patch, not an object: neither a selector nor containers"
	case spec == nil:
		return ""
	}
	for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for _, c := range containers {
			if c.Image == "" {
				return "a patch, not an object: a container without image"
			}
		}
	}
	return ""
}

// lacksSelector reports whether a selector is missing where one must be.
func lacksSelector(obj runtime.Object) bool {
	switch o := obj.(type) {
	case *appsv1.Deployment:
		return o.Spec.Selector == nil
	case *appsv1.StatefulSet:
		return o.Spec.Selector == nil
	case *appsv1.DaemonSet:
		return o.Spec.Selector == nil
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
