package resources

import (
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestRefusalOf(t *testing.T) {
	const pod = `pods "cart-x7k2p" is forbidden: `
	for _, test := range []struct {
		message string
		want    refusal
	}{
		{pod + "exceeded quota: compute, requested: limits.memory=1Gi,pods=1, used: limits.memory=8Gi,pods=5, limited: limits.memory=8Gi,pods=5",
			refusal{"compute", []string{"limits.memory", "pods"},
				corev1.ResourceList{"limits.memory": resource.MustParse("1Gi"), "pods": resource.MustParse("1")},
				"exceeded quota: compute, requested: limits.memory=1Gi,pods=1, used: limits.memory=8Gi,pods=5, limited: limits.memory=8Gi,pods=5"}},
		{pod + "exceeded quota: compute, requested: pods=many, used: pods=5, limited: pods=5",
			refusal{quota: "compute", resources: []string{"pods"}, text: "exceeded quota: compute, requested: pods=many, used: pods=5, limited: pods=5"}},
		{pod + "failed quota: compute: must specify limits.cpu for: app,proxy; memory for: app",
			refusal{quota: "compute", text: "failed quota: compute: must specify limits.cpu for: app,proxy; memory for: app"}},
		{pod + "insufficient quota to consume: pods", refusal{text: "insufficient quota to consume: pods"}},
		{pod + "insufficient quota to match these scopes: [{PriorityClass In [high]}]",
			refusal{text: "insufficient quota to match these scopes: [{PriorityClass In [high]}]"}},
		{pod + "maximum memory usage per Container is 1Gi, but limit is 2Gi",
			refusal{text: "a LimitRange: maximum memory usage per Container is 1Gi, but limit is 2Gi"}},
		{pod + "minimum cpu usage per Pod is 100m.  No request is specified",
			refusal{text: "a LimitRange: minimum cpu usage per Pod is 100m.  No request is specified"}},
		{pod + "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000",
			refusal{text: "a LimitRange: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"}},
		{pod + "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]",
			refusal{text: "a LimitRange: maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi"}},
	} {
		if got, ok := refusalOf(test.message); !ok || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", test.message, got, test.want)
		}
	}
	for _, other := range []string{
		"", "quota", "exceeded quota: ", pod + `violates PodSecurity "restricted:latest"`, "service account not found",
		`admission webhook "quota.example" denied the request: one per team`,
	} {
		if got, ok := refusalOf(other); ok {
			t.Errorf("%q is taken for %+v", other, got)
		}
	}
}

func FuzzRefusalOf(f *testing.F) {
	for _, seed := range []string{
		"exceeded quota: a, requested: b=1,,=, used: c, limited: d", "failed quota: a: must specify ", " per quota", "insufficient quota to consume: x",
		"maximum x usage per y is ]", "exceeded quota: -n, requested: =, used: \x00, limited: \x1b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		r, ok := refusalOf(message)
		if ok == (r.text == "") {
			t.Errorf("%q: %v, %+v", message, ok, r)
		}
		if !strings.Contains(message, r.quota) || len(r.resources) > 0 && r.quota == "" {
			t.Errorf("%q names no quota %q", message, r.quota)
		}
	})
}
