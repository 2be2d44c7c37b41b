package collect_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestEventsOfFormerPods(t *testing.T) {
	event := func(n, pod, uid string) string {
		return `---
{apiVersion: v1, kind: Event, metadata: {name: e` + n + `, namespace: shop}, reason: "` + n + `", type: Warning,
 firstTimestamp: "2026-11-21T11:0` + n + `:00Z", involvedObject: {kind: Pod, namespace: shop, name: ` + pod + `, uid: "` + uid + `"}}
`
	}
	text := `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {template: {spec: {containers: [{name: app}]}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-7d4, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {template: {spec: {containers: [{name: app}]}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: shop, uid: new, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, controller: true}]}, spec: {containers: [{name: app}]}, status: {phase: Running}}
` + event("1", "web-7d4-aaaaa", "a") + event("2", "web-7d4-bbbbb", "b") + event("3", "web-7d5-ccccc", "c") + event("4", "db-0", "new") +
		event("5", "db-0", "old") + event("6", "db-0", "") + event("7", "web", "w")
	source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(text)}
	inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"web": {"1", "2"}, "db": {"5"}}
	for _, w := range inv.Workloads {
		var got []string
		for _, e := range inv.EventsOfFormerPods(w) {
			got = append(got, e.Reason)
		}
		if !slices.Equal(got, want[w.Name]) {
			t.Errorf("%s %s: %v, want %v", w.Kind, w.Name, got, want[w.Name])
		}
	}
}
