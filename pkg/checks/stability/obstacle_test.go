package stability

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestPullObstacle(t *testing.T) {
	backOff, other := &inventory.PullFailure{}, &inventory.PullFailure{Why: "pull QPS exceeded"}
	denied := &inventory.PullFailure{Problem: inventory.PullDenied, Why: "401 Unauthorized"}
	notFound := &inventory.PullFailure{Problem: inventory.PullNotFound, Why: "not found"}
	for _, test := range []struct {
		failures []*inventory.PullFailure
		want     string
	}{
		{[]*inventory.PullFailure{backOff}, "image x:1 cannot be pulled"},
		{[]*inventory.PullFailure{backOff, other}, "image x:1 cannot be pulled: pull QPS exceeded"},
		{[]*inventory.PullFailure{backOff, notFound}, "image x:1 not found"},
		{[]*inventory.PullFailure{notFound, denied, other}, "the registry refuses access to image x:1"},
	} {
		if got := pullObstacle("x:1", test.failures); got.text != test.want {
			t.Errorf("%s, want %s", got.text, test.want)
		}
	}
}
