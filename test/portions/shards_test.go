package portions

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// However a shard lists what its namespaces contain, the shards make the whole.
func TestShardsMakeTheWhole(t *testing.T) {
	counting := func(r *http.Request) bool { return r.URL.Query().Get("limit") == "1" }
	for name, handler := range map[string]http.Handler{
		"what is few in all namespaces at once": withNamespaces(t),
		"all of it namespace by namespace": faulty(withNamespaces(t), func(r *http.Request) bool {
			return counting(r) && !strings.Contains(r.URL.Path, "/namespaces/")
		}, refuse(apierrors.NewInternalError(fmt.Errorf("no")))),
		"one is forbidden everywhere":     faulty(withNamespaces(t), listsOf(inventory.Services), refuse(forbidden)),
		"one is forbidden, also to count": faulty(withNamespaces(t), listsOf(inventory.Pods), refuse(forbidden)),
		"one is forbidden in some namespaces": faulty(withNamespaces(t), func(r *http.Request) bool {
			return listsOf(inventory.Services)(r) && (ofAll(inventory.Services)(r) || strings.HasSuffix(r.URL.Path, "0/services"))
		}, refuse(forbidden)),
	} {
		chunk := int64(small)
		if strings.Contains(name, "at once") {
			chunk = live.DefaultChunkSize
		}
		t.Run(name, func(t *testing.T) {
			w := everyCheck(chunk)
			// Each shard may confirm as many as the whole: together they know more.
			w.unconfirmed = true
			whole, merged := w.whole(t, handler), w.inShards(t, 3, handler)
			if len(whole.Findings) < 100 {
				t.Errorf("only %d findings", len(whole.Findings))
			}
			if diff := cmp.Diff(asJSON(t, whole), asJSON(t, merged)); diff != "" {
				t.Errorf("-whole +merged:\n%s", diff)
			}
		})
	}
}

// listsOf matches the requests for lists of a resource, wherever.
func listsOf(r inventory.Resource) func(*http.Request) bool {
	return func(request *http.Request) bool {
		return strings.HasSuffix(request.URL.Path, "/"+r.GroupResource().Resource)
	}
}

// inShards audits a server in shards, and merges their reports.
func (w *way) inShards(t *testing.T, of int, handler http.Handler) *api.Report {
	t.Helper()
	var reports []audit.ShardReport
	for i := range of {
		one := *w
		one.scope.Shard = &inventory.Shard{Index: i + 1, Of: of}
		read, err := api.Decode([]byte(asJSON(t, one.whole(t, handler))))
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, audit.ShardReport{Name: fmt.Sprint(i+1, ".json"), Report: read[0]})
	}
	merged, err := audit.Merge(reports, audit.Options{Catalog: checks.All()})
	if err != nil {
		t.Fatal(err)
	}
	return merged
}
