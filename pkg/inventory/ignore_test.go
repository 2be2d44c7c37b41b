package inventory

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// ignores are what the subjects of an inventory ask for.
func ignores(inv *Inventory) map[string]string {
	found := map[string]string{}
	add := func(o *Object) {
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

// Annotations count on what is judged, and not on what belongs to it.
func TestAnnotationsOfSubjects(t *testing.T) {
	inv := mustRead(t, annotated)
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

func TestLongAnnotationsAreCut(t *testing.T) {
	long := strings.Repeat("image-tag-latest,", 10_000)
	ignore := ignoreOf(map[string]string{IgnoreAnnotation: long, IgnoreReasonAnnotation: long})
	if !ignore.Cut || len(ignore.Checks) > MaxIgnore || !strings.HasSuffix(ignore.Checks, ",") || len(ignore.Reason) != MaxIgnore {
		t.Errorf("%d bytes, ends in %q, reason of %d bytes", len(ignore.Checks), ignore.Checks[len(ignore.Checks)-5:], len(ignore.Reason))
	}
	// The beginning of "*-missing" would be everything.
	if ignore := ignoreOf(map[string]string{IgnoreAnnotation: strings.Repeat("*", 100_000)}); ignore.Checks != "" || !ignore.Cut {
		t.Errorf("%+v", ignore)
	}
	if ignore := ignoreOf(map[string]string{IgnoreReasonAnnotation: "why"}); ignore != nil {
		t.Errorf("%+v", ignore)
	}
}

func TestExcludedNamespaces(t *testing.T) {
	exclude := func(patterns ...string) func(*Request) {
		return func(r *Request) { r.Scope.Exclude = patterns }
	}
	inv := mustRead(t, annotated, exclude("kube-*", "nowhere"))
	wantNames(t, inv.Workloads, "Deployment shop/web", "Pod shop/bare", "X shop/x")
	if !slices.Equal(inv.Excluded, []string{"kube-system"}) {
		t.Errorf("excluded are %q", inv.Excluded)
	}
	inv = mustRead(t, annotated, exclude("shop"))
	wantNames(t, inv.Workloads, "Pod kube-system/agent")
	if len(inv.Services)+len(inv.Routes)+len(inv.Budgets)+len(inv.Autoscalers) > 0 || len(inv.Nodes) != 1 || len(inv.Namespaces) != 1 {
		t.Errorf("something of shop is left: %v", ignores(inv))
	}
	// Who names a namespace wants to see it.
	inv = mustRead(t, annotated, exclude("shop"), inNamespace("shop"))
	wantNames(t, inv.Workloads, "Deployment shop/web", "Pod shop/bare", "X shop/x")
	if len(inv.Excluded) > 0 {
		t.Errorf("excluded are %q", inv.Excluded)
	}
}

func namespaceObject(kind, name string) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: kind},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: "u", Annotations: map[string]string{IgnoreAnnotation: "job-*", "other": "dropped"},
		},
	}
}

// All namespaces are listed; of the only one in scope, what the first request
// for it said is enough.
func TestLiveNamespaces(t *testing.T) {
	s := newServer(t)
	list := metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{namespaceObject("", "shop")},
	}
	s.answers["/api/v1/namespaces"] = answer(200, list)
	s.answers["/api/v1/namespaces/shop"] = answer(200, namespaceObject("PartialObjectMetadata", "shop"))
	for name, namespace := range map[string]string{"all": "", "one": "shop"} {
		s.requests = nil
		var recorded bytes.Buffer
		live := s.live()
		live.Record = NewSnapshotWriter(&recorded).Record
		inv, err := live.Read(context.Background(), Request{Scope: Scope{Namespace: namespace}, Resources: []Resource{Namespaces}})
		if err != nil {
			t.Fatal(err)
		}
		if read := inv.Read(Namespaces); read.State != Complete || read.Items != 1 || inv.NamespaceIgnore("shop") == nil || len(s.requests) != 2 {
			t.Errorf("%s: %+v by %q", name, read, s.requests)
		}
		if text := recorded.String(); !strings.Contains(text, `"kind":"Namespace"`) || !strings.Contains(text, "job-*") || strings.Contains(text, "dropped") {
			t.Errorf("%s: recorded %s", name, text)
		}
	}
}

// Whoever may not read namespaces can still audit.
func TestForbiddenNamespaces(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/api/v1/namespaces", "/api/v1/namespaces/shop"} {
		s.answers[path] = failure(403, metav1.StatusReasonForbidden)
	}
	for _, namespace := range []string{"", "shop"} {
		inv, err := s.live().Read(context.Background(), Request{Scope: Scope{Namespace: namespace}, Resources: []Resource{Namespaces}})
		if err != nil {
			t.Fatal(err)
		}
		if read := inv.Read(Namespaces); read.State != Unreadable || read.Reason != forbidden {
			t.Errorf("%q: %+v", namespace, read)
		}
	}
}

// What is left out of an encoded pod is not what its owner says of it.
func TestAnnotationsOfEncodedPods(t *testing.T) {
	s := newServer(t)
	bare := pod("bare")
	bare.Annotations = map[string]string{IgnoreAnnotation: "pod-without-owner"}
	s.answers["/api/v1/pods"] = asProtobuf(t, podList("", 0, pod("other"), bare))
	inv, err := s.read(Pods)
	if err != nil {
		t.Fatal(err)
	}
	if got := ignores(inv); len(got) != 1 || got["Pod bare"] != "pod-without-owner" {
		t.Errorf("annotated are %v", got)
	}
}
