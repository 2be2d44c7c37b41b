package configuration

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestInTemplate(t *testing.T) {
	template := &inventory.Template{Spec: corev1.PodSpec{Volumes: []corev1.Volume{{
		Name: "conf", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: "cart"},
			Items:                []corev1.KeyToPath{{Key: "app.yaml", Path: "app.yaml"}, {Key: "log.yaml", Path: "log.yaml"}},
		}},
	}}}}
	key := inventory.Absence{Kind: "ConfigMap", Name: "cart", Key: "log.yaml"}
	for _, test := range []struct {
		absent, want inventory.Absence
		found        bool
	}{
		{key, key, true},
		{inventory.Absence{Kind: "ConfigMap", Key: "log.yaml", Volume: "conf"}, key, true},
		{inventory.Absence{Kind: "ConfigMap", Key: "log.yaml", Volume: "other"}, inventory.Absence{}, false},
		{inventory.Absence{Kind: "ConfigMap", Key: "other.yaml", Volume: "conf"}, inventory.Absence{}, false},
		{inventory.Absence{Kind: "Secret", Key: "log.yaml", Volume: "conf"}, inventory.Absence{}, false},
	} {
		if got, found := inTemplate(test.absent, template); found != test.found || found && got != test.want {
			t.Errorf("%+v: %+v, %v", test.absent, got, found)
		}
	}
}
