package availability

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestOpen(t *testing.T) {
	node := func(change func(*inventory.Node)) *inventory.Node {
		n := &inventory.Node{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}}
		change(n)
		return n
	}
	taint := func(effect corev1.TaintEffect) func(*inventory.Node) {
		return func(n *inventory.Node) { n.Taints = []corev1.Taint{{Key: "team", Value: "shop", Effect: effect}} }
	}
	for name, test := range map[string]struct {
		change      func(*inventory.Node)
		tolerations []corev1.Toleration
		want        bool
	}{
		"ready":                     {func(*inventory.Node) {}, nil, true},
		"no condition":              {func(n *inventory.Node) { n.Conditions = nil }, nil, false},
		"not ready":                 {func(n *inventory.Node) { n.Conditions[0].Status = corev1.ConditionUnknown }, nil, false},
		"cordoned":                  {func(n *inventory.Node) { n.Unschedulable = true }, nil, false},
		"being deleted":             {func(n *inventory.Node) { n.Deletion = &inventory.Deletion{At: time.Unix(1, 0)} }, nil, false},
		"NoSchedule":                {taint(corev1.TaintEffectNoSchedule), nil, false},
		"NoExecute":                 {taint(corev1.TaintEffectNoExecute), nil, false},
		"PreferNoSchedule":          {taint(corev1.TaintEffectPreferNoSchedule), nil, true},
		"tolerated by key":          {taint(corev1.TaintEffectNoSchedule), []corev1.Toleration{{Key: "team", Operator: corev1.TolerationOpExists}}, true},
		"tolerated by value":        {taint(corev1.TaintEffectNoSchedule), []corev1.Toleration{{Key: "team", Value: "shop"}}, true},
		"another value":             {taint(corev1.TaintEffectNoSchedule), []corev1.Toleration{{Key: "team", Value: "bank"}}, false},
		"another effect":            {taint(corev1.TaintEffectNoSchedule), []corev1.Toleration{{Key: "team", Value: "shop", Effect: corev1.TaintEffectNoExecute}}, false},
		"tolerates everything":      {taint(corev1.TaintEffectNoExecute), []corev1.Toleration{{Operator: corev1.TolerationOpExists}}, true},
		"a comparison nobody makes": {taint(corev1.TaintEffectNoSchedule), []corev1.Toleration{{Key: "team", Operator: corev1.TolerationOpGt, Value: "1"}}, false},
	} {
		if got := open(node(test.change), test.tolerations); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
