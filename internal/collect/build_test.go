package collect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
)

// object formats an object with an owner, both identified by UID.
func object(apiVersion, kind, name, ownerVersion, ownerKind, ownerName string) string {
	owner := ""
	if ownerKind != "" {
		owner = fmt.Sprintf("\n  ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: uid-%s, controller: true}]",
			ownerVersion, ownerKind, ownerName, ownerName)
	}
	spec := "{template: {spec: {containers: [{name: app}]}}}"
	if kind == "Pod" {
		spec = "{containers: [{name: app}]}"
	}
	return fmt.Sprintf("---\napiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  namespace: shop\n  uid: uid-%s%s\nspec: %s\n",
		apiVersion, kind, name, name, owner, spec)
}

func TestOwnerChains(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"Deployment": {
			object("apps/v1", "Deployment", "web", "", "", "") + object("apps/v1", "ReplicaSet", "web-1", "apps/v1", "Deployment", "web") +
				object("v1", "Pod", "web-1-a", "apps/v1", "ReplicaSet", "web-1") + object("v1", "Pod", "web-1-b", "apps/v1", "ReplicaSet", "web-1"),
			[]string{"Deployment shop/web"},
		},
		"CronJob": {
			strings.Replace(object("batch/v1", "CronJob", "nightly", "", "", ""), "spec: {template", "spec: {jobTemplate: {spec: {template", 1) + "" +
				object("batch/v1", "Job", "nightly-1", "batch/v1", "CronJob", "nightly") + object("v1", "Pod", "nightly-1-a", "batch/v1", "Job", "nightly-1"),
			[]string{"CronJob shop/nightly"},
		},
		"custom owner by name": {
			object("v1", "Pod", "kafka-0", "kafka.example/v1", "Kafka", "events"),
			[]string{"Kafka shop/events"},
		},
		"custom owner of a Deployment": {
			object("apps/v1", "Deployment", "web", "example.com/v1", "App", "shop") + object("apps/v1", "ReplicaSet", "web-1", "apps/v1", "Deployment", "web") +
				object("v1", "Pod", "web-1-a", "apps/v1", "ReplicaSet", "web-1"),
			[]string{"Deployment shop/web"},
		},
		"ReplicaSet that is not read": {
			object("v1", "Pod", "web-1-a", "apps/v1", "ReplicaSet", "web-1"),
			[]string{"ReplicaSet shop/web-1"},
		},
		"bare pod": {object("v1", "Pod", "debug", "", "", ""), []string{"Pod shop/debug"}},
		"chain of six": {
			object("v1", "Pod", "p", "apps/v1", "ReplicaSet", "r") + object("apps/v1", "ReplicaSet", "r", "apps/v1", "Deployment", "d") +
				object("apps/v1", "Deployment", "d", "apps/v1", "StatefulSet", "s") + object("apps/v1", "StatefulSet", "s", "apps/v1", "DaemonSet", "e") +
				object("apps/v1", "DaemonSet", "e", "v1", "ReplicationController", "c") + object("v1", "ReplicationController", "c", "", "", ""),
			[]string{"DaemonSet shop/e", "Deployment shop/d", "ReplicationController shop/c", "StatefulSet shop/s"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "CronJob" {
				test.text = strings.Replace(test.text, "{containers: [{name: app}]}}}\n", "{containers: [{name: app}]}}}}}\n", 1)
			}
			inv := filestest.MustRead(t, test.text)
			filestest.WantNames(t, inv.Workloads, test.want...)
		})
	}
}

// A cycle of owners ends; every pod still belongs to one workload.
func TestOwnerCycle(t *testing.T) {
	inv := filestest.MustRead(t, object("apps/v1", "ReplicaSet", "a", "apps/v1", "ReplicaSet", "b")+
		object("apps/v1", "ReplicaSet", "b", "apps/v1", "ReplicaSet", "a")+
		object("v1", "Pod", "p", "apps/v1", "ReplicaSet", "a"))
	pods := 0
	for _, w := range inv.Workloads {
		pods += len(w.Pods)
	}
	if pods != 1 {
		t.Errorf("%d pods in %v", pods, filestest.Names(inv.Workloads))
	}
}

func TestTwoObjectsWithOneUID(t *testing.T) {
	inv := filestest.MustRead(t, strings.ReplaceAll(object("apps/v1", "Deployment", "web", "", "", "")+
		object("apps/v1", "StatefulSet", "db", "", "", ""), "uid-web", "uid-db"))
	filestest.WantNames(t, inv.Workloads, "Deployment shop/web", "StatefulSet shop/db")
}

func TestMirrorPodsAreStatic(t *testing.T) {
	inv := filestest.MustRead(t, `
apiVersion: v1
kind: Pod
metadata:
  name: etcd-node-1
  namespace: kube-system
  annotations: {kubernetes.io/config.mirror: abc}
  ownerReferences: [{apiVersion: v1, kind: Node, name: node-1, uid: node-uid, controller: true}]
spec: {containers: [{name: etcd, image: etcd}]}
`)
	filestest.WantNames(t, inv.Workloads, "Pod kube-system/etcd-node-1")
	if !inv.Workloads[0].Static() {
		t.Error("a mirror pod is not static")
	}
}

func TestTemplates(t *testing.T) {
	pod := func(name, revision, image, created string) string {
		return fmt.Sprintf(`---
apiVersion: v1
kind: Pod
metadata:
  name: %s
  namespace: shop
  creationTimestamp: %q
  labels: {app: web, rev: %s}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %s, uid: uid-%s, controller: true}]
spec: {containers: [{name: app, image: %s}]}
status: {phase: Running}
`, name, created, revision, revision, revision, image)
	}
	owners := object("apps/v1", "Deployment", "web", "", "", "") +
		object("apps/v1", "ReplicaSet", "old", "apps/v1", "Deployment", "web") +
		object("apps/v1", "ReplicaSet", "new", "apps/v1", "Deployment", "web")
	inv := filestest.MustRead(t, owners+pod("old-a", "old", "web:1", "2026-11-20T00:00:00Z")+
		pod("new-a", "new", "web:2", "2026-11-21T00:00:00Z")+pod("new-b", "new", "web:2", "2026-11-21T00:01:00Z"))
	w := inv.Workloads[0]
	if len(w.Templates) != 2 || w.Templates[0].Spec.Containers[0].Image != "web:2" || w.Templates[1].Spec.Containers[0].Image != "web:1" {
		t.Fatalf("templates of two revisions, newest first: %+v", w.Templates)
	}
	if w.Pods[0].Template != w.Pods[1].Template || !w.Templates[0].Admitted {
		t.Error("pods of one revision share the template of the first")
	}
	// Without pods, the controller's own template counts.
	if own := filestest.MustRead(t, owners).Workloads[0].Templates; len(own) != 1 || own[0].Admitted {
		t.Errorf("own template: %+v", own)
	}
}

func TestRelations(t *testing.T) {
	inv := filestest.MustRead(t, `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web, tier: front}}
---
apiVersion: v1
kind: Service
metadata: {name: by-pod, namespace: shop}
spec: {selector: {statefulset.kubernetes.io/pod-name: web-0}}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere, namespace: other}
spec: {selector: {app: web}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-x, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints:
- {addresses: [10.0.0.1], conditions: {ready: false, serving: true}}
- {addresses: [10.0.0.2], conditions: {ready: true, serving: false}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-y, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv6
endpoints:
- {addresses: ["fd00::1"], conditions: {ready: false, serving: true}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {selector: {matchExpressions: [{key: app, operator: In, values: [web, cart]}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all, namespace: shop}
spec: {selector: {}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web, tier: front, statefulset.kubernetes.io/pod-name: web-0}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web, tier: back}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: shop, labels: {app: web, tier: front}}
spec: {containers: []}
status: {phase: Succeeded}
`)
	pods := map[string]int{}
	for _, s := range inv.Services {
		pods[s.Name] = len(s.Pods)
		if s.Name == "web" && (s.Serving() != 1 || s.EndpointCount() != 2) {
			t.Errorf("serving %d of %d", s.Serving(), s.EndpointCount())
		}
	}
	for _, b := range inv.Budgets {
		pods["budget "+b.Name] = len(b.Pods)
	}
	for name, want := range map[string]int{"web": 1, "by-pod": 1, "elsewhere": 0, "budget web": 2, "budget all": 2} {
		if pods[name] != want {
			t.Errorf("%s selects %d pods, want %d", name, pods[name], want)
		}
	}
}
