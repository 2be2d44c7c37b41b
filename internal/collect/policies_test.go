package collect_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func destinationRule(namespace, name, host string) string {
	return fmt.Sprintf("---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\n"+
		"metadata: {name: %s, namespace: %s}\nspec: {host: %q}\n", name, namespace, host)
}

func policyNames(policies []*inventory.TrafficPolicy) []string {
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	return names
}

func TestDestinationRulesOfService(t *testing.T) {
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
	for name, test := range map[string]struct {
		rules string
		want  []string
	}{
		"short name":                      {destinationRule("shop", "a", "cart"), []string{"a"}},
		"short name in another namespace": {destinationRule("desk", "a", "cart"), nil},
		"full name":                       {destinationRule("desk", "a", "cart.shop.svc.cluster.local"), []string{"a"}},
		"another cluster domain":          {destinationRule("desk", "a", "cart.shop.svc.corp.example"), []string{"a"}},
		"another Service":                 {destinationRule("shop", "a", "carts.shop.svc.cluster.local"), nil},
		"name and namespace":              {destinationRule("shop", "a", "cart.shop"), nil},
		"outside the cluster":             {destinationRule("shop", "a", "cart.shop.example.com"), nil},
		"all of a namespace":              {destinationRule("mesh", "a", "*.shop.svc.cluster.local"), []string{"a"}},
		"all of another cluster domain":   {destinationRule("mesh", "a", "*.shop.svc.corp.example"), []string{"a"}},
		"all of another namespace":        {destinationRule("mesh", "a", "*.desk.svc.cluster.local"), nil},
		"all of the cluster":              {destinationRule("mesh", "a", "*.svc.cluster.local"), []string{"a"}},
		"all of a domain":                 {destinationRule("mesh", "a", "*.local"), []string{"a"}},
		"everything":                      {destinationRule("mesh", "a", "*"), []string{"a"}},
		"two of one host":                 {destinationRule("mesh", "b", "cart.shop.svc.cluster.local") + destinationRule("shop", "a", "cart"), []string{"b", "a"}},
		"the name before all of a namespace": {
			destinationRule("mesh", "a", "*.shop.svc.cluster.local") + destinationRule("shop", "b", "cart"), []string{"b"},
		},
		"a namespace before everything": {
			destinationRule("mesh", "a", "*") + destinationRule("mesh", "b", "*.shop.svc.cluster.local"), []string{"b"},
		},
		"no host": {destinationRule("shop", "a", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := policyNames(filestest.MustRead(t, service+test.rules).Services[0].Policies); !slices.Equal(got, test.want) {
				t.Errorf("policies %v, want %v", got, test.want)
			}
		})
	}
}

func TestPoliciesOfHTTPRoute(t *testing.T) {
	const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec: {parentRefs: [{name: public, namespace: edge}, {name: inner}, {kind: Service, name: mesh}]}
`
	policy := func(namespace, name, kind, target string) string {
		return fmt.Sprintf("---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: BackendTrafficPolicy\n"+
			"metadata: {name: %s, namespace: %s}\nspec: {targetRefs: [{kind: %s, name: %s}]}\n", name, namespace, kind, target)
	}
	inv := filestest.MustRead(t, route+
		policy("shop", "route", "HTTPRoute", "cart")+policy("edge", "public", "Gateway", "public")+
		policy("shop", "inner", "Gateway", "inner")+policy("shop", "elsewhere", "Gateway", "public")+
		policy("edge", "another", "HTTPRoute", "cart")+policy("shop", "no-gateway", "Gateway", "mesh"))
	if got, want := policyNames(inv.Routes[0].Policies), []string{"public", "inner", "route"}; !slices.Equal(got, want) {
		t.Errorf("policies %v, want %v", got, want)
	}
}

func TestBackendsNameServices(t *testing.T) {
	inv := filestest.MustRead(t, `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
  - http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
      - {path: /gone, pathType: Prefix, backend: {service: {name: gone, port: {number: 80}}}}
      - {path: /files, pathType: Prefix, backend: {resource: {apiGroup: example.com, kind: Bucket, name: cart}}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: gone, namespace: desk}
`)
	for i, want := range []*inventory.Service{inv.Services[1], nil, nil} {
		if got := inv.Routes[0].Backends[i].Service; got != want {
			t.Errorf("backend %d leads to %v, want %v", i, got, want)
		}
	}
	if got := inv.Services[1].Routes; len(got) != 1 {
		t.Errorf("%d routes to the Service, want 1", len(got))
	}
}
