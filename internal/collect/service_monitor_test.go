package collect_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
)

const (
	keeper = `
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
`
	keeperMonitor = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: keeper, namespace: shop}
spec:
  selector: {matchLabels: {app: keeper}}
  endpoints: [{port: https, path: /metrics}]
---
`
)

// A Service that exists for a scraper does not count as the workload's.
func TestServiceMonitors(t *testing.T) {
	const onePort, twoPorts = "[{name: https, port: 443, targetPort: 8443}]", "[{name: https, port: 443, targetPort: 8443}, {name: api, port: 80}]"
	monitor := func(old, new string) string { return keeper + strings.Replace(keeperMonitor, old, new, 1) }
	service := func(old, new string) string { return strings.Replace(keeper, old, new, 1) + keeperMonitor }
	everywhere := func(selector string) string {
		return keeper + strings.NewReplacer("namespace: shop", "namespace: monitoring", "spec:", "spec:\n  namespaceSelector: "+selector).Replace(keeperMonitor)
	}
	for name, test := range map[string]struct {
		text   string
		serves bool
	}{
		"not scraped":                 {keeper, true},
		"scraped":                     {keeper + keeperMonitor, false},
		"in any namespace":            {everywhere("{any: true}"), false},
		"in a named namespace":        {everywhere("{matchNames: [desk, shop]}"), false},
		"in another namespace":        {everywhere("{matchNames: [desk]}"), true},
		"in the monitor's own":        {everywhere("{}"), true},
		"by expressions":              {monitor("{matchLabels: {app: keeper}}", "{matchExpressions: [{key: app, operator: In, values: [keeper]}]}"), false},
		"another app":                 {monitor("{app: keeper}", "{app: cart}"), true},
		"everything":                  {monitor("{matchLabels: {app: keeper}}", "{}"), true},
		"no selector":                 {monitor("  selector: {matchLabels: {app: keeper}}\n", ""), true},
		"an invalid selector":         {monitor("{matchLabels: {app: keeper}}", "{matchLabels: [app]}"), true},
		"another port":                {monitor("port: https", "port: metrics"), true},
		"no port":                     {monitor("port: https, ", ""), true},
		"a target by number":          {monitor("port: https", "targetPort: 8443"), false},
		"another target":              {monitor("port: https", "targetPort: 443"), true},
		"a target by name":            {strings.ReplaceAll(monitor("port: https", "targetPort: tls"), "targetPort: 8443", "targetPort: tls"), false},
		"an invalid target":           {monitor("port: https", "targetPort: [8443]"), true},
		"one of two ports":            {service(onePort, twoPorts), true},
		"both of two ports":           {strings.Replace(monitor("[{port: https, path: /metrics}]", "[{port: https}, {port: api}]"), onePort, twoPorts, 1), false},
		"no ports":                    {service("  ports: "+onePort, "  clusterIP: None"), true},
		"behind a node's port":        {service("spec:\n  selector: {app", "spec:\n  type: NodePort\n  selector: {app"), true},
		"behind a load balancer":      {service("spec:\n  selector: {app", "spec:\n  type: LoadBalancer\n  selector: {app"), true},
		"two replicas share requests": {service("spec:\n  selector: {match", "spec:\n  replicas: 2\n  selector: {match"), true},
		"behind an Ingress": {keeper + keeperMonitor + `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {defaultBackend: {service: {name: keeper, port: {name: https}}}}
`, true},
		"behind an HTTPRoute of another namespace": {keeper + keeperMonitor + `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: edge}
spec: {rules: [{backendRefs: [{name: keeper, namespace: shop, port: 443}]}]}
`, true},
		"scaled by requests": {keeper + keeperMonitor + `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: keeper, namespace: shop}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: keeper}}
`, true},
	} {
		t.Run(name, func(t *testing.T) {
			inv := filestest.MustRead(t, test.text)
			if got := len(inv.Workloads[0].Services) == 1; got != test.serves {
				t.Errorf("serves: %v, want %v", got, test.serves)
			}
			if s := inv.Services[0]; s.MetricsOnly || len(s.Workloads) != 1 {
				t.Errorf("what its endpoints do is not judged any more: %+v", s)
			}
		})
	}
}

// A monitor also contains credentials and more.
func TestTrimServiceMonitor(t *testing.T) {
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(`
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: keeper, namespace: shop, labels: {team: x}, annotations: {note: hunter2}}
spec:
  jobLabel: app
  selector: {matchLabels: {app: keeper}}
  namespaceSelector: {any: true}
  endpoints:
  - {port: https, basicAuth: {password: {name: keeper, key: hunter2}}, params: {token: [hunter2]}}
  - {targetPort: 8443, bearerTokenFile: hunter2}
`), &u.Object); err != nil {
		t.Fatal(err)
	}
	collect.Trim(u)
	got, err := yaml.Marshal(u.Object)
	if err != nil {
		t.Fatal(err)
	}
	if want := `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: keeper
  namespace: shop
spec:
  endpoints:
  - port: https
  - targetPort: 8443
  namespaceSelector:
    any: true
  selector:
    matchLabels:
      app: keeper
`; string(got) != want {
		t.Errorf("kept\n%s\nwant\n%s", got, want)
	}
}
