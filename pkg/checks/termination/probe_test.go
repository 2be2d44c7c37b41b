package termination

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var ended = time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)

// failing is a pod with a grace period of 1 minute and one Event.
func failing(t *testing.T, container, message string, first, last time.Duration) *inventory.Inventory {
	t.Helper()
	text := fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {terminationGracePeriodSeconds: 60, containers: [{name: app, image: web}]}
status: {phase: Running}
---
apiVersion: v1
kind: Event
metadata: {name: web.1, namespace: shop}
reason: Unhealthy
message: %q
involvedObject: {kind: Pod, namespace: shop, name: web, fieldPath: "spec.containers{%s}"}
firstTimestamp: %q
lastTimestamp: %q
`, message, container, ended.Add(first).Format(time.RFC3339), ended.Add(last).Format(time.RFC3339))
	files := inventory.Files{Filenames: []string{"-"}, AssumeComplete: true, Stdin: strings.NewReader(text)}
	inv, err := files.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestFailedProbe(t *testing.T) {
	const liveness = "Liveness probe failed: HTTP probe failed with statuscode: 500"
	for _, test := range []struct {
		container, message string
		first, last        time.Duration
		want               string
	}{
		{"app", liveness, -2 * time.Minute, -time.Minute, "liveness"},
		{"app", "Startup probe failed: timeout", -2 * time.Minute, -time.Minute, "startup"},
		{"app", "Liveness probe errored: no such container", -2 * time.Minute, -time.Minute, "liveness"},
		{"app", "Readiness probe failed: refused", -2 * time.Minute, -time.Minute, ""},
		{"app", "Live", -2 * time.Minute, -time.Minute, ""},
		{"proxy", liveness, -2 * time.Minute, -time.Minute, ""},
		{"app", liveness, time.Second, time.Minute, ""},
		{"app", liveness, 0, time.Minute, "liveness"},
		{"app", liveness, -time.Hour, -6 * time.Minute, "liveness"},
		{"app", liveness, -time.Hour, -6*time.Minute - time.Second, ""},
	} {
		inv := failing(t, test.container, test.message, test.first, test.last)
		got := FailedProbe(&audit.Pass{Inventory: inv}, inv.Workloads[0].Pods[0], "app", &inventory.Termination{Finished: ended})
		if got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}
