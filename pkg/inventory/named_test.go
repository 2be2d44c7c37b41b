package inventory_test

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const shop = `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart, namespace: shop}, spec: {selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}},
 spec: {serviceAccountName: cart, containers: [{name: app, image: "cart:1", envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: login}}]}],
  volumes: [{name: data, persistentVolumeClaim: {claimName: carts}}, {name: ca, configMap: {name: kube-root-ca.crt}}]}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: "web:1"}]}}}}
---
{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: cart, namespace: shop}}
---
{apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: carts, namespace: shop}, spec: {selector: {matchLabels: {app: cart}}}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: carts, namespace: shop}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: front, namespace: shop}, spec: {rules: [{http: {paths: [{pathType: Prefix, path: /, backend: {service: {name: cart, port: {number: 80}}}}]}}]}}
`

func TestNamedObjectsAndWhatTheyDependOn(t *testing.T) {
	name := func(r inventory.Resource, kind, name string) inventory.ObjectName {
		return inventory.ObjectName{Resource: r, Kind: kind, Name: name}
	}
	for _, test := range []struct {
		name      inventory.ObjectName
		judged    []string
		dependsOn []string
	}{
		{
			name(inventory.Deployments, "Deployment", "cart"),
			[]string{"Deployment shop/cart", "Service shop/cart", "PodDisruptionBudget shop/carts", "HorizontalPodAutoscaler shop/carts", "Ingress shop/front"},
			[]string{
				"Service shop/cart", "Ingress shop/front", "PodDisruptionBudget shop/carts", "HorizontalPodAutoscaler shop/carts",
				"ConfigMap shop/settings", "PersistentVolumeClaim shop/carts", "Secret shop/login", "ServiceAccount shop/cart",
			},
		},
		{
			name(inventory.Services, "Service", "cart"),
			[]string{"Deployment shop/cart", "Service shop/cart", "Ingress shop/front"}, []string{"Deployment shop/cart", "Ingress shop/front"},
		},
		{name(inventory.Ingresses, "Ingress", "front"), []string{"Service shop/cart", "Ingress shop/front"}, []string{"Service shop/cart"}},
		{name(inventory.PodDisruptionBudgets, "PodDisruptionBudget", "carts"), []string{"PodDisruptionBudget shop/carts"}, nil},
		{name(inventory.Deployments, "Deployment", "crat"), nil, nil},
		{name(inventory.StatefulSets, "StatefulSet", "cart"), nil, nil},
	} {
		t.Run(test.name.String(), func(t *testing.T) {
			inv := filestest.MustRead(t, shop, func(r *inventory.Request) { r.Scope.Objects = []inventory.ObjectName{test.name} })
			judged := slices.Concat(filestest.Names(inv.Workloads), filestest.Names(inv.Services), filestest.Names(inv.Budgets),
				filestest.Names(inv.Autoscalers), filestest.Names(inv.Routes))
			if !slices.Equal(judged, test.judged) {
				t.Errorf("judged: %q", judged)
			}
			if missing := len(inv.Missing) > 0; missing != (len(test.judged) == 0) {
				t.Errorf("missing: %v", inv.Missing)
			}
			var dependsOn []string
			for _, o := range inv.Named {
				dependsOn = append(dependsOn, filestest.Names(inv.DependsOn(o))...)
			}
			if !slices.Equal(dependsOn, test.dependsOn) {
				t.Errorf("depends on: %q", dependsOn)
			}
		})
	}
}
