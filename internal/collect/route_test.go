package collect_test

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const routes = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations: {nginx.ingress.kubernetes.io/limit-rps: "10", nginx.ingress.kubernetes.io/server-snippet: hunter2}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: front, port: {name: http}}}
  rules:
  - host: shop.example
    http:
      paths:
      - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
      - {path: /static, pathType: Prefix, backend: {resource: {kind: Bucket, name: files}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: old, namespace: shop, annotations: {kubernetes.io/ingress.class: traefik}}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: edge}
spec:
  parentRefs: [{name: public}]
  rules: [{backendRefs: [{name: cart, namespace: shop, port: 80}, {name: local, port: 8080}, nonsense]}]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: {name: cart, namespace: edge}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: cart}]
  rateLimit: {type: Local}
  circuitBreaker: {maxConnections: 10}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, annotations: {balancer.linkerd.io/failure-accrual: consecutive}}
spec: {selector: {app: cart}, ports: [{port: 80}]}
`

func TestRoutes(t *testing.T) {
	inv := filestest.MustRead(t, routes)
	if inv.IngressClasses["nginx"] != "k8s.io/ingress-nginx" || inv.DefaultIngressClass != "nginx" {
		t.Errorf("classes %v, default %q", inv.IngressClasses, inv.DefaultIngressClass)
	}
	filestest.WantNames(t, inv.Routes, "HTTPRoute edge/cart", "Ingress shop/old", "Ingress shop/shop")
	gateway, old, shop := inv.Routes[0], inv.Routes[1], inv.Routes[2]
	want := []inventory.Backend{
		{Kind: "Service", Namespace: "shop", Name: "front", PortName: "http"},
		{Host: "shop.example", Path: "/cart", Kind: "Service", Namespace: "shop", Name: "cart", Port: 80},
		{Host: "shop.example", Path: "/static", Kind: "Bucket", Namespace: "shop", Name: "files"},
	}
	if !slices.Equal(plain(shop.Backends), want) || shop.Class != "nginx" || old.Class != "traefik" {
		t.Errorf("%+v, class %q and %q", shop.Backends, shop.Class, old.Class)
	}
	if want := []string{"nginx.ingress.kubernetes.io/limit-rps", "nginx.ingress.kubernetes.io/server-snippet"}; !slices.Equal(shop.Annotations, want) {
		t.Errorf("annotations %q", shop.Annotations)
	}
	across := []inventory.Backend{
		{Kind: "Service", Namespace: "shop", Name: "cart", Port: 80}, {Kind: "Service", Namespace: "edge", Name: "local", Port: 8080},
	}
	if !slices.Equal(plain(gateway.Backends), across) || !slices.Equal(gateway.Gateways, []inventory.Gateway{{Namespace: "edge", Name: "public"}}) {
		t.Errorf("%+v", gateway)
	}
	if p := inv.Policies[0]; !p.BreaksCircuits || !p.LimitsRate || p.Targets[0] != (inventory.PolicyTarget{Kind: "HTTPRoute", Name: "cart"}) {
		t.Errorf("%+v", p)
	}
	cart := inv.Services[0]
	filestest.WantNames(t, cart.Routes, "HTTPRoute edge/cart", "Ingress shop/old", "Ingress shop/shop")
	if !cart.BreaksCircuits {
		t.Error("failure accrual is not seen")
	}
}

// plain returns backends without the Services that were found for them.
func plain(backends []inventory.Backend) []inventory.Backend {
	backends = slices.Clone(backends)
	for i := range backends {
		backends[i].Service = nil
	}
	return backends
}
