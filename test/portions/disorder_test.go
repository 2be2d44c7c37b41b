package portions

import (
	"cmp"
	"net/http"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/lists"
)

// inOrder serves the town in another order.
func inOrder(t *testing.T, order func(a, b lists.Object) int) http.Handler {
	t.Helper()
	objects, err := town()
	if err != nil {
		t.Fatal(err)
	}
	return lists.Server(objects, order)
}

func byName(a, b lists.Object) int {
	return cmp.Or(cmp.Compare(a.GetName(), b.GetName()), lists.ByKey(a, b))
}

// From a server that lists in another order, nothing is complete before all of it is read.
func TestServersOfAnotherOrder(t *testing.T) {
	for name, order := range map[string]func(a, b lists.Object) int{
		"backwards": func(a, b lists.Object) int { return lists.ByKey(b, a) },
		"by name":   byName,
	} {
		t.Run(name, func(t *testing.T) { sameAsWhole(t, everyCheck(small), 1, inOrder(t, order)) })
		for _, r := range []inventory.Resource{inventory.Pods, inventory.Services, inventory.Deployments} {
			t.Run(name+"/"+string(r), func(t *testing.T) {
				other := inOrder(t, order)
				sameAsWhole(t, everyCheck(small), 1, faulty(townServer(t), ofAll(r), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
					other.ServeHTTP(w, r)
				}))
			})
		}
	}
}
