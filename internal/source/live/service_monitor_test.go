package live

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const scraped = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: keeper, namespace: shop}
spec:
  selector: {matchLabels: {app: keeper}}
  template:
    metadata: {labels: {app: keeper}}
    spec: {containers: [{name: app, image: registry.example/keeper:1.0}]}
---
apiVersion: v1
kind: Service
metadata: {name: keeper, namespace: shop, labels: {app: keeper}}
spec:
  selector: {app: keeper}
  ports: [{name: https, port: 443, targetPort: 8443}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: keeper, namespace: shop}
spec:
  selector: {matchLabels: {app: keeper}}
  endpoints: [{port: https, path: /metrics}]
---
`

// A resource that could contain a route or a monitor must have been read.
func TestServiceMonitorsOfAServer(t *testing.T) {
	lists := map[string]inventory.Resource{
		"/apis/apps/v1/deployments": inventory.Deployments, "/api/v1/services": inventory.Services,
		"/apis/monitoring.coreos.com/v1/servicemonitors": inventory.ServiceMonitors, "/apis/networking.k8s.io/v1/ingresses": inventory.Ingresses,
		"/apis/autoscaling/v2/horizontalpodautoscalers": inventory.HorizontalPodAutoscalers,
	}
	for name, test := range map[string]struct {
		unread string
		serves bool
	}{
		"all read":            {"", false},
		"monitors forbidden":  {"/apis/monitoring.coreos.com/v1/servicemonitors", true},
		"Ingresses forbidden": {"/apis/networking.k8s.io/v1/ingresses", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/apis"] = groups("monitoring.coreos.com", "v1")
			for path, r := range lists {
				d := kinds.Of(r)
				list := map[string]any{"apiVersion": d.GVK().GroupVersion().String(), "kind": d.Name + "List", "metadata": map[string]any{}}
				items := []any{}
				for _, document := range strings.Split(scraped, "\n---\n") {
					var object map[string]any
					if err := yaml.Unmarshal([]byte(document), &object); err != nil {
						t.Fatal(err)
					}
					if object["kind"] == d.Name {
						items = append(items, object)
					}
				}
				list["items"] = items
				s.answers[path] = answer(200, list)
			}
			if test.unread != "" {
				s.answers[test.unread] = failure(403, metav1.StatusReasonForbidden)
			}
			inv, err := s.read(append([]inventory.Resource{inventory.Deployments, inventory.Services}, inventory.Consumers...)...)
			if err != nil || len(inv.Workloads) != 1 {
				t.Fatalf("%v, %+v", err, inv)
			}
			if got := len(inv.Workloads[0].Services) == 1; got != test.serves {
				t.Errorf("serves: %v, want %v", got, test.serves)
			}
		})
	}
}
