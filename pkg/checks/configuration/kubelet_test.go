package configuration

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The messages are the kubelet's own.
func TestAbsences(t *testing.T) {
	template := &inventory.Template{Spec: corev1.PodSpec{Volumes: []corev1.Volume{{
		Name: "conf", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: "cart"},
			Items:                []corev1.KeyToPath{{Key: "app.yaml", Path: "app.yaml"}, {Key: "log.yaml", Path: "log.yaml"}},
		}},
	}}}}
	for _, test := range []struct {
		message string
		want    []absence
	}{
		{`configmap "cart" not found`, []absence{{"ConfigMap", "cart", ""}}},
		{`secret "cart" not found`, []absence{{"Secret", "cart", ""}}},
		{`couldn't find key LOG_LEVEL in ConfigMap shop/cart`, []absence{{"ConfigMap", "cart", "LOG_LEVEL"}}},
		{`couldn't find key tls.key in Secret shop/cart`, []absence{{"Secret", "cart", "tls.key"}}},
		{`container has runAsNonRoot and image will run as root (pod: "cart_shop", container: app)`, nil},
		{`MountVolume.SetUp failed for volume "conf" : configmap "cart" not found`, []absence{{"ConfigMap", "cart", ""}}},
		{`MountVolume.SetUp failed for volume "all" : [configmap "a" not found, secret "b" not found]`,
			[]absence{{"ConfigMap", "a", ""}, {"Secret", "b", ""}}},
		{`MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: log.yaml`,
			[]absence{{"ConfigMap", "cart", "log.yaml"}}},
		{`MountVolume.SetUp failed for volume "other" : configmap references non-existent config key: log.yaml`, nil},
		{`Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.`,
			[]absence{{"Secret", "a", ""}, {"Secret", "b", ""}}},
		{`MountVolume.SetUp failed for volume "kube-api-access" : object "shop"/"kube-root-ca.crt" not registered`, nil},
		{`Unable to attach or mount volumes: unmounted volumes=[conf]: timed out waiting for the condition`, nil},
	} {
		if diff := cmp.Diff(test.want, absences(test.message, template), cmp.AllowUnexported(absence{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.message, diff)
		}
	}
}

func FuzzAbsences(f *testing.F) {
	f.Add(`some image pull secrets (, )`)
	f.Add(`configmap "a" not found, couldn't find key b in Secret c/d`)
	f.Fuzz(func(t *testing.T, message string) {
		for _, a := range absences(message, nil) {
			if a.kind == "" || a.name == "" {
				t.Errorf("%q: %+v", message, a)
			}
		}
	})
}
