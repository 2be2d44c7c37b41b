package images

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Where a manifest sets no policy, only latest is pulled always.
func TestStaleTags(t *testing.T) {
	settings, err := audit.ParseSettings([]*audit.Check{ImagePullPolicyStale}, []string{"image-pull-policy-stale.tags=latest,main"})
	if err != nil {
		t.Fatal(err)
	}
	pass := &audit.Pass{Cluster: &inventory.Inventory{}, Settings: settings}
	for _, test := range []struct {
		image  string
		policy corev1.PullPolicy
		fine   bool
	}{
		{"shop:main", "", false},
		{"shop:main", corev1.PullIfNotPresent, false},
		{"shop:main", corev1.PullAlways, true},
		{"shop:latest", "", true},
		{"shop", "", true},
		{"shop:1", "", true},
		{"shop:main@" + digest, "", true},
	} {
		w := workload("Deployment", test.image)
		w.Templates[0].Spec.Containers[0].ImagePullPolicy = test.policy
		if got := imagePullPolicyStale(pass, w); reflect.DeepEqual(got, audit.Faults()) != test.fine {
			t.Errorf("%s with policy %q: %+v", test.image, test.policy, got)
		}
	}
}
