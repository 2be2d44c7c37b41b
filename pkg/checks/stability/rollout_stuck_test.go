package stability

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestShortfall(t *testing.T) {
	const (
		yes = corev1.ConditionTrue
		no  = corev1.ConditionFalse
	)
	done := inventory.Condition{Status: yes, Reason: "NewReplicaSetAvailable"}
	for _, test := range []struct {
		name    string
		rollout inventory.Rollout
		want    string
	}{
		{"complete", inventory.Rollout{Desired: 3, Updated: 3, Available: 3}, ""},
		{"scaled to 0", inventory.Rollout{}, ""},
		{"none updated", inventory.Rollout{Desired: 3, Available: 3}, "0 of 3 replicas updated"},
		{"none available", inventory.Rollout{Desired: 3, Updated: 3}, "0 of 3 available"},
		{"both", inventory.Rollout{Desired: 3, Updated: 1, Available: 2}, "1 of 3 replicas updated, 2 of 3 available"},
		{"completed before", inventory.Rollout{Desired: 3, Updated: 3, Available: 1, Progressing: done}, ""},
		{"completed, then scaled up", inventory.Rollout{Desired: 3, Updated: 2, Available: 2, Progressing: done}, "2 of 3 replicas updated"},
		{"old pods do not go", inventory.Rollout{Desired: 3, Current: 4, Updated: 3, Available: 3, Progressing: inventory.Condition{Status: no}},
			"3 of 4 pods available, so 1 old one stays"},
		{"old pods only", inventory.Rollout{Desired: 3, Current: 5, Updated: 3, Available: 5, Progressing: inventory.Condition{Status: no}},
			"all pods available, but 2 old ones stay"},
		{"no reason", inventory.Rollout{Desired: 3, Current: 3, Updated: 3, Available: 3, Progressing: inventory.Condition{Status: no}},
			"all replicas available, but not complete"},
		{"unavailable", inventory.Rollout{Desired: 3, Updated: 3, Progressing: done, Availability: inventory.Condition{Status: no}}, "0 of 3 available"},
		{"within a partition", inventory.Rollout{Desired: 3, Updated: 1, Available: 3, Partition: 2}, ""},
		{"below a partition", inventory.Rollout{Desired: 3, Updated: 0, Available: 3, Partition: 2}, "0 of 1 replicas updated"},
		{"a partition above all", inventory.Rollout{Desired: 3, Updated: 0, Available: 3, Partition: 9}, ""},
		{"deleted by hand", inventory.Rollout{Desired: 3, Updated: 0, Available: 3, Strategy: inventory.OnDelete}, ""},
		{"negative", inventory.Rollout{Desired: 1, Updated: -1, Available: 1}, "0 of 1 replicas updated"},
	} {
		if got := shortfall(&test.rollout); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
