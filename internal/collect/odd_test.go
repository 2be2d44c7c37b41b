package collect_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// replicaSet returns a ReplicaSet that another ReplicaSet controls.
func replicaSet(name, owner string) string {
	owners := ""
	if owner != "" {
		owners = fmt.Sprintf(", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %[1]s, uid: %[1]s, controller: true}]", owner)
	}
	return fmt.Sprintf("---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: %[1]s, uid: %[1]s%[2]s}\n", name, owners)
}

func podOf(name, owner string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s, ownerReferences: "+
		"[{apiVersion: apps/v1, kind: ReplicaSet, name: %[2]s, uid: %[2]s, controller: true}]}\nspec: {containers: []}\n", name, owner)
}

func TestOddOwners(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"a chain of six": {
			replicaSet("a", "") + replicaSet("b", "a") + replicaSet("c", "b") + replicaSet("d", "c") + replicaSet("e", "d") + podOf("p", "e"),
			[]string{"ReplicaSet default/a"},
		},
		"a cycle": {
			replicaSet("a", "b") + replicaSet("b", "a") + podOf("p", "a"),
			[]string{"ReplicaSet default/a", "ReplicaSet default/b"},
		},
		"its own owner": {replicaSet("a", "a") + podOf("p", "a"), []string{"ReplicaSet default/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			inv := filestest.MustRead(t, test.text)
			filestest.WantNames(t, inv.Workloads, test.want...)
			if n := inv.PodCount(); n != 1 {
				t.Errorf("%d pods", n)
			}
		})
	}
}

// A restored backup may contain objects with the UIDs of others. Each is judged
// by its own spec.
func TestTwoPodsWithOneUID(t *testing.T) {
	const pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: %[1]s, uid: same}\nspec: {containers: [{name: app, image: %[1]s}]}\n"
	inv := filestest.MustRead(t, fmt.Sprintf(pod, "one")+fmt.Sprintf(pod, "two"))
	filestest.WantNames(t, inv.Workloads, "Pod default/one", "Pod default/two")
	for _, w := range inv.Workloads {
		if image := w.Templates[0].Spec.Containers[0].Image; image != w.Name {
			t.Errorf("%s has the image %s", w.Name, image)
		}
	}
}

// If an object is in two files, the last counts, as with kubectl apply.
func TestOneObjectInTwoFiles(t *testing.T) {
	const objects = `
apiVersion: v1
kind: Pod
metadata: {name: bare, uid: bare, labels: {app: web}}
spec: {containers: [{name: app, image: "web:%[1]s"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: "web:%[1]s"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}}
---
apiVersion: v1
kind: Event
metadata: {name: unhealthy}
type: Warning
reason: Unhealthy
count: %[1]s
involvedObject: {kind: Pod, namespace: default, name: bare}
`
	dir := t.TempDir()
	for _, version := range []string{"1", "2"} {
		if err := os.WriteFile(filepath.Join(dir, version+".yaml"), []byte(strings.ReplaceAll(objects, "%[1]s", version)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	source := files.Source{Filenames: []string{dir}}
	inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
	if err != nil {
		t.Fatal(err)
	}
	filestest.WantNames(t, inv.Workloads, "Deployment default/web", "Pod default/bare")
	for _, w := range inv.Workloads {
		if image := w.Templates[0].Spec.Containers[0].Image; image != "web:2" {
			t.Errorf("%s has the image %s", w.Name, image)
		}
	}
	bare := inv.Workloads[1]
	if len(inv.Services) != 1 || len(inv.Services[0].Pods) != 1 || len(bare.Services) != 1 {
		t.Errorf("%d Services, pods of the first %d, Services of the pod %d", len(inv.Services), len(inv.Services[0].Pods), len(bare.Services))
	}
	if events := inv.EventsOf(&bare.Object); len(events) != 1 || events[0].Count != 2 {
		t.Errorf("%d events", len(events))
	}
}
