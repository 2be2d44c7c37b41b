package configuration

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestBrings(t *testing.T) {
	configMap := func(name string) corev1.VolumeSource {
		m := &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: name}}
		return corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token"}}, {ConfigMap: m},
		}}}
	}
	for name, test := range map[string]struct {
		volume corev1.VolumeSource
		want   bool
	}{
		"empty":                      {corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}, false},
		"the ServiceAccount's token": {configMap("kube-root-ca.crt"), false},
		"projected ConfigMap":        {configMap("cart"), true},
		"Secret":                     {corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "cart"}}, true},
		"data that may hold a file":  {corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}}, true},
	} {
		if got := brings(corev1.Volume{VolumeSource: test.volume}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
