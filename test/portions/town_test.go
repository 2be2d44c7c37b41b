// Package portions audits clusters in portions and as a whole, and compares.
package portions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/lists"
)

// agent is a workload that only Prometheus scrapes, unless a route names its Service.
const agent = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: NAMESPACE}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: app, image: registry.example/agent:1.4.2, ports: [{name: https, containerPort: 8443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: agent, namespace: NAMESPACE, labels: {app: agent}}
spec: {selector: {app: agent}, ports: [{name: https, port: 443, targetPort: https}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: agent, namespace: NAMESPACE}
spec: {selector: {matchLabels: {app: agent}}, endpoints: [{port: https, scheme: https, path: /metrics}]}
`

// across joins namespaces that lie far apart: routes in a chain, and what matters in all
// namespaces. It also has annotations, and owners that are gone.
const across = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: last-to-first, namespace: zoo}
spec: {rules: [{backendRefs: [{name: agent, namespace: aquarium, port: 443}, {name: gone, port: 443}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: first-to-middle, namespace: aquarium}
spec: {rules: [{backendRefs: [{name: agent, namespace: museum, port: 443}]}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: everything, namespace: zoo}
spec: {namespaceSelector: {any: true}, selector: {matchLabels: {app: cart}}, endpoints: [{port: http, path: /metrics}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: limits, namespace: zoo}
spec: {host: cart.shop50n-x.svc.cluster.local, trafficPolicy: {connectionPool: {http: {http1MaxPendingRequests: 10}}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop5n, annotations: {prodcheck/ignore: "image-*", prodcheck/ignore-reason: tested}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop150n, annotations: {prodcheck/ignore: "no-such-check"}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop250n0, annotations: {prodcheck/ignore: "*"}}}
---
apiVersion: v1
kind: Pod
metadata: {name: orphan-1, namespace: shop1n, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: orphan, uid: x, controller: true}]}
spec: {nodeName: node-1, containers: [{name: app, image: busybox}]}
status: {phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: orphan-1, namespace: zoo, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: orphan, uid: x, controller: true}]}
spec: {nodeName: node-1, containers: [{name: app, image: busybox}]}
status: {phase: Running}
`

// town contains the fixtures of all checks, each in namespaces of its own, which an API
// server lists in another order than that of their names.
var town = sync.OnceValues(func() ([]lists.Object, error) {
	text := []string{across}
	for _, namespace := range []string{"aquarium", "museum", "zoo"} {
		text = append(text, strings.ReplaceAll(agent, "NAMESPACE", namespace))
	}
	for _, check := range checks.All() {
		for _, f := range audittest.Fixtures(&testing.T{}, check, filepath.Join("../../pkg/checks", check.Category.Name, "testdata")) {
			// Snapshots are of files.
			if !strings.Contains(f.Text, "kind: Snapshot") {
				text = append(text, moved(f.Text, len(text)))
			}
		}
	}
	return lists.Parse([]byte(strings.Join(text, "\n---\n")))
})

var otherNamespaces = regexp.MustCompile(`(namespace: "?|matchNames: \[)(edge|net|stage|other|desk|istio-system|billing|monitoring|mesh)\b`)

// moved moves a fixture to namespaces that no other one has. Of three namespaces, that
// with a dash is listed first.
func moved(text string, i int) string {
	suffix := fmt.Sprint(i/3, "n") + [...]string{"", "-x", "0"}[i%3]
	return strings.ReplaceAll(otherNamespaces.ReplaceAllString(text, "${1}${2}"+suffix), "shop", "shop"+suffix)
}

// townServer serves the town.
func townServer(t *testing.T) http.Handler {
	t.Helper()
	objects, err := town()
	if err != nil {
		t.Fatal(err)
	}
	return lists.Server(objects, lists.ByKey)
}

// way is a way of auditing.
type way struct {
	chunk   int64
	budget  live.Budget
	scope   inventory.Scope
	options audit.Options
	// unconfirmed is set if owners that are missing are not requested.
	unconfirmed bool
}

// everyCheck is the way of all checks.
func everyCheck(chunk int64) way {
	return way{chunk: chunk, options: audit.Options{Checks: checks.All(), Now: audittest.Now}}
}

func (w *way) source(t *testing.T, handler http.Handler) (*live.Source, inventory.Request) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	source := &live.Source{Name: "town", Config: &rest.Config{Host: server.URL}, ChunkSize: w.chunk, EventBudget: w.budget}
	return source, inventory.Request{Scope: w.scope, Resources: inventory.AllResources(), ConfirmOwners: !w.unconfirmed, Secrets: true}
}

// whole audits a server at once.
func (w *way) whole(t *testing.T, handler http.Handler) *api.Report {
	t.Helper()
	source, request := w.source(t, handler)
	inv, err := source.Read(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Run(inv, w.options)
}

// inPortions audits a server in portions, and counts them.
func (w *way) inPortions(t *testing.T, handler http.Handler) (report *api.Report, portions int) {
	t.Helper()
	return w.inPortionsUntil(t.Context(), t, handler)
}

func (w *way) inPortionsUntil(ctx context.Context, t *testing.T, handler http.Handler) (report *api.Report, portions int) {
	t.Helper()
	source, request := w.source(t, handler)
	running := audit.Begin(w.options)
	rest, err := source.ReadInPortions(ctx, request, func(inv *inventory.Inventory) {
		portions++
		running.Judge(inv)
	})
	if err != nil {
		t.Fatal(err)
	}
	return running.Conclude(rest), portions + 1
}

func asJSON(t *testing.T, r *api.Report) string {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
