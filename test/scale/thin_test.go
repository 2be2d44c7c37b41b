package scale

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/load"
)

// An audit that records objects decodes them whole. Others decode only what the
// template of a pod does not say, and must find the same.
func TestThinPodsAreJudgedLikeWholeOnes(t *testing.T) {
	for name, varied := range map[string]bool{"uniform": false, "varied": true} {
		t.Run(name, func(t *testing.T) {
			const pods = 1_200
			server := httptest.NewServer(load.Server(load.Of(pods, varied)))
			defer server.Close()
			judge := func(record func(runtime.Object) error) string {
				source := live.Source{Config: &rest.Config{Host: server.URL}, ChunkSize: pageSize, Record: record}
				inv, err := source.Read(t.Context(), audit.Request(options.Checks, inventory.Scope{}))
				if err != nil || inv.PodCount() != pods {
					t.Fatalf("%d pods, error %v", inv.PodCount(), err)
				}
				text, err := json.Marshal(audit.Run(inv, options))
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			whole := judge(func(runtime.Object) error { return nil })
			if thin := judge(nil); thin != whole {
				t.Errorf("the reports differ:\n%.2000s\n%.2000s", thin, whole)
			}
		})
	}
}
