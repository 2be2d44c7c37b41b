package collect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The messages are those of the kubelet.
func TestAbsences(t *testing.T) {
	const mount, waiting, pull = "FailedMount", "CreateContainerConfigError", inventory.FailedPullSecret
	type absences = []inventory.Absence
	for _, test := range []struct {
		reason, message string
		want            absences
	}{
		{waiting, `configmap "cart" not found`, absences{{Kind: "ConfigMap", Name: "cart"}}},
		{waiting, `secret "cart" not found`, absences{{Kind: "Secret", Name: "cart"}}},
		{waiting, `couldn't find key LOG_LEVEL in ConfigMap shop/cart`, absences{{Kind: "ConfigMap", Name: "cart", Key: "LOG_LEVEL"}}},
		{waiting, `couldn't find key tls.key in Secret shop/cart`, absences{{Kind: "Secret", Name: "cart", Key: "tls.key"}}},
		{waiting, `container has runAsNonRoot and image will run as root (pod: "cart_shop", container: app)`, nil},
		{"CreateContainerError", `secret "cart" not found`, nil},
		{mount, `MountVolume.SetUp failed for volume "conf" : configmap "cart" not found`, absences{{Kind: "ConfigMap", Name: "cart"}}},
		{mount, `MountVolume.SetUp failed for volume "all" : [configmap "a" not found, secret "b" not found]`,
			absences{{Kind: "ConfigMap", Name: "a"}, {Kind: "Secret", Name: "b"}}},
		{mount, `MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: log.yaml`,
			absences{{Kind: "ConfigMap", Key: "log.yaml", Volume: "conf"}}},
		{mount, `MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.key`,
			absences{{Kind: "Secret", Key: "tls.key", Volume: "tls"}}},
		{mount, `MountVolume.SetUp failed for volume "kube-api-access" : object "shop"/"kube-root-ca.crt" not registered`, nil},
		{mount, `Unable to attach or mount volumes: unmounted volumes=[conf]: timed out waiting for the condition`, nil},
		{"FailedAttachVolume", `secret "cart" not found`, nil},
		{pull, `Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.`,
			absences{{Kind: "Secret", Name: "a"}, {Kind: "Secret", Name: "b"}}},
	} {
		got := absencesReportedBy(test.reason, test.message)
		if a := absenceReportedBy(test.reason, test.message); a != nil {
			got = append(got, *a)
		}
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", test.reason, test.message, diff)
		}
	}
}

func FuzzAbsences(f *testing.F) {
	f.Add(`some image pull secrets (, )`)
	f.Add(`configmap "a" not found, couldn't find key b in Secret c/d`)
	f.Fuzz(func(t *testing.T, message string) {
		for _, a := range absences(message) {
			if a.Kind == "" || a.Name == "" && (a.Key == "" || a.Volume == "") {
				t.Errorf("%q: %+v", message, a)
			}
		}
	})
}
