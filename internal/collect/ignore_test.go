package collect_test

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const annotated = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}, annotations: {prodcheck/ignore: "job-*", prodcheck/ignore-reason: trial}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, uid: d, annotations: {prodcheck/ignore: image-tag-latest, other: dropped}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-1
  namespace: shop
  uid: r
  annotations: {prodcheck/ignore: image-tag-latest}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: d, controller: true}]
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1-a
  namespace: shop
  annotations: {prodcheck/ignore: of the template}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: r, controller: true}]
---
apiVersion: v1
kind: Pod
metadata: {name: bare, namespace: shop, annotations: {prodcheck/ignore: pod-without-owner}}
---
apiVersion: v1
kind: Pod
metadata: {name: owned, namespace: shop, annotations: {prodcheck/ignore: of a custom resource}, ownerReferences: [{apiVersion: x/v1, kind: X, name: x, uid: x, controller: true}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: {prodcheck/ignore: "service-*"}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, annotations: {prodcheck/ignore: "ingress-*"}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop, annotations: {prodcheck/ignore: "disruption-*"}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop, annotations: {prodcheck/ignore: "autoscaler-*"}}
---
apiVersion: v1
kind: Node
metadata: {name: one, annotations: {prodcheck/ignore: "node-*"}}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: kube-system}
`

// ignores returns the annotations of the subjects of an inventory.
func ignores(inv *inventory.Inventory) map[string]string {
	found := map[string]string{}
	add := func(o *inventory.Object) {
		if o.Ignore != nil {
			found[o.Kind+" "+o.Name] = o.Ignore.Checks
		}
	}
	for _, w := range inv.Workloads {
		add(&w.Object)
	}
	for _, s := range inv.Services {
		add(&s.Object)
	}
	for _, r := range inv.Routes {
		add(&r.Object)
	}
	for _, b := range inv.Budgets {
		add(&b.Object)
	}
	for _, h := range inv.Autoscalers {
		add(&h.Object)
	}
	for _, n := range inv.Nodes {
		add(&n.Object)
	}
	for _, n := range inv.Namespaces {
		add(&n.Object)
	}
	return found
}

// Annotations count on the judged objects, and not on the objects that belong to
// them.
func TestAnnotationsOfSubjects(t *testing.T) {
	inv := filestest.MustRead(t, annotated)
	want := map[string]string{
		"Deployment web": "image-tag-latest", "Pod bare": "pod-without-owner", "Service web": "service-*", "Ingress web": "ingress-*",
		"PodDisruptionBudget web": "disruption-*", "HorizontalPodAutoscaler web": "autoscaler-*", "Node one": "node-*",
		"Namespace shop": "job-*",
	}
	got := ignores(inv)
	for object, checks := range want {
		if got[object] != checks {
			t.Errorf("%s asks for %q, want %q", object, got[object], checks)
		}
	}
	if len(got) != len(want) {
		t.Errorf("annotated are %v", got)
	}
	if ignore := inv.NamespaceIgnore("shop"); ignore == nil || ignore.Reason != "trial" {
		t.Errorf("namespace shop: %+v", ignore)
	}
	if ignore := inv.NamespaceIgnore("kube-system"); ignore != nil {
		t.Errorf("namespace kube-system: %+v", ignore)
	}
	for _, n := range inv.Namespaces {
		if n.Name == "shop" && n.Labels["team"] != "a" {
			t.Errorf("labels %v", n.Labels)
		}
	}
}

func TestExcludedNamespaces(t *testing.T) {
	exclude := func(patterns ...string) func(*inventory.Request) {
		return func(r *inventory.Request) { r.Scope.Exclude = patterns }
	}
	inv := filestest.MustRead(t, annotated, exclude("kube-*", "nowhere"))
	filestest.WantNames(t, inv.Workloads, "Deployment shop/web", "Pod shop/bare", "X shop/x")
	if !slices.Equal(inv.Excluded, []string{"kube-system"}) {
		t.Errorf("excluded are %q", inv.Excluded)
	}
	inv = filestest.MustRead(t, annotated, exclude("shop"))
	filestest.WantNames(t, inv.Workloads, "Pod kube-system/agent")
	if len(inv.Services)+len(inv.Routes)+len(inv.Budgets)+len(inv.Autoscalers) > 0 || len(inv.Nodes) != 1 || len(inv.Namespaces) != 1 {
		t.Errorf("something of shop is left: %v", ignores(inv))
	}
	// A user who names a namespace wants to see it.
	inv = filestest.MustRead(t, annotated, exclude("shop"), filestest.InNamespace("shop"))
	filestest.WantNames(t, inv.Workloads, "Deployment shop/web", "Pod shop/bare", "X shop/x")
	if len(inv.Excluded) > 0 {
		t.Errorf("excluded are %q", inv.Excluded)
	}
}
