package collect

import (
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestRefusal(t *testing.T) {
	const pod = `pods "cart-x7k2p" is forbidden: `
	for _, test := range []struct {
		message string
		want    inventory.Refusal
	}{
		{pod + "exceeded quota: compute, requested: limits.memory=1Gi,pods=1, used: limits.memory=8Gi,pods=5, limited: limits.memory=8Gi,pods=5",
			inventory.Refusal{By: inventory.ByQuota, Quota: "compute", Resources: []string{"limits.memory", "pods"},
				Requested: corev1.ResourceList{"limits.memory": resource.MustParse("1Gi"), "pods": resource.MustParse("1")},
				Bound:     "exceeded quota: compute, requested: limits.memory=1Gi,pods=1, used: limits.memory=8Gi,pods=5, limited: limits.memory=8Gi,pods=5"}},
		{pod + "exceeded quota: compute, requested: pods=many, used: pods=5, limited: pods=5",
			inventory.Refusal{By: inventory.ByQuota, Quota: "compute", Resources: []string{"pods"}, Bound: "exceeded quota: compute, requested: pods=many, used: pods=5, limited: pods=5"}},
		{pod + "failed quota: compute: must specify limits.cpu for: app,proxy; memory for: app",
			inventory.Refusal{By: inventory.ByQuota, Quota: "compute", Bound: "failed quota: compute: must specify limits.cpu for: app,proxy; memory for: app"}},
		{pod + "insufficient quota to consume: pods", inventory.Refusal{By: inventory.ByQuota, Bound: "insufficient quota to consume: pods"}},
		{pod + "insufficient quota to match these scopes: [{PriorityClass In [high]}]",
			inventory.Refusal{By: inventory.ByQuota, Bound: "insufficient quota to match these scopes: [{PriorityClass In [high]}]"}},
		{pod + "maximum memory usage per Container is 1Gi, but limit is 2Gi",
			inventory.Refusal{By: inventory.ByLimitRange, Bound: "a LimitRange: maximum memory usage per Container is 1Gi, but limit is 2Gi"}},
		{pod + "minimum cpu usage per Pod is 100m.  No request is specified",
			inventory.Refusal{By: inventory.ByLimitRange, Bound: "a LimitRange: minimum cpu usage per Pod is 100m.  No request is specified"}},
		{pod + "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000",
			inventory.Refusal{By: inventory.ByLimitRange, Bound: "a LimitRange: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"}},
		{pod + "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]",
			inventory.Refusal{By: inventory.ByLimitRange, Bound: "a LimitRange: maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi"}},
		{"", inventory.Refusal{}},
		{"exceeded quota: ", inventory.Refusal{By: inventory.ByQuota}},
		{pod + `violates PodSecurity "restricted:latest": runAsNonRoot != true`, inventory.Refusal{By: inventory.ByPodSecurity}},
		{"error looking up service account shop/cart: serviceaccount \"cart\" not found", inventory.Refusal{By: inventory.ByServiceAccount}},
		{pod + "no PriorityClass with name high was found", inventory.Refusal{By: inventory.ByPriorityClass}},
		{`admission webhook "quota.example" denied the request: one per team`, inventory.Refusal{By: inventory.ByWebhook}},
		{`Internal error occurred: failed calling webhook "inject.example": connection refused`, inventory.Refusal{By: inventory.ByBrokenWebhook}},
	} {
		if got := refusal(test.message); !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", test.message, got, test.want)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	for _, seed := range []string{
		"exceeded quota: a, requested: b=1,,=, used: c, limited: d", "failed quota: a: must specify ", " per quota", "insufficient quota to consume: x",
		"maximum x usage per y is ]", "exceeded quota: -n, requested: =, used: \x00, limited: \x1b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		r := refusal(message)
		if !strings.Contains(message, r.Quota) || (len(r.Resources) > 0 || r.Bound == "") && (r.Quota == "") == (r.Bound != "") {
			t.Errorf("%q: %+v", message, r)
		}
	})
}
