package shutdown_test

import (
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/shutdown"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func run(t *testing.T, check *audit.Check, text string, resources ...inventory.Resource) *api.Report {
	t.Helper()
	return audittest.Fixture{Text: text}.Audit(t, resources, check)
}

const hooked = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {template: {spec: {containers: [
 {name: app, image: db, lifecycle: {preStop: {exec: {command: [drain]}}}}]}}}}
---
{apiVersion: v1, kind: Event, metadata: {name: db-1.1, namespace: shop}, type: Warning, reason: FailedPreStopHook, message: PreStopHook failed, count: 1,
 firstTimestamp: "2026-11-21T11:50:00Z", lastTimestamp: "2026-11-21T11:50:00Z",
 involvedObject: {kind: Pod, namespace: shop, name: db-1, uid: gone, fieldPath: "spec.containers{app}"}}
`

// A preStop hook fails when its pod goes.
func TestHookOfAFormerPod(t *testing.T) {
	findings := run(t, shutdown.LifecycleHookFailing, hooked, inventory.AllResources()...).Findings
	const want = "preStop hook failed at least once, the last 10m ago: the container stopped without it"
	if len(findings) != 1 || findings[0].Object.Name != "db" || findings[0].Object.Container != "app" || findings[0].Message != want {
		t.Errorf("%+v", findings)
	}
}

// Without events, nobody can say that a hook works.
func TestHookWithoutEvents(t *testing.T) {
	outcome := run(t, shutdown.LifecycleHookFailing, hooked, inventory.Pods, inventory.StatefulSets).Checks[0]
	if outcome.Outcome != api.Unknown || outcome.Unknown != 1 {
		t.Errorf("%+v", outcome)
	}
}

const repaired = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop, uid: s1}, spec: {template: {spec: {containers: [
 {name: app, image: db, lifecycle: {postStart: {exec: {command: [warm]}}}}]}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: shop, uid: new, creationTimestamp: "2026-11-21T11:52:00Z",
 ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: s1, controller: true}]},
 spec: {containers: [{name: app, image: db, lifecycle: {postStart: {exec: {command: [warm]}}}}]},
 status: {phase: Running, containerStatuses: [{name: app, ready: true, state: {running: {startedAt: "2026-11-21T11:52:10Z"}}}]}}
---
{apiVersion: v1, kind: Event, metadata: {name: db-1.1, namespace: shop}, type: Warning, reason: FailedPostStartHook, message: PostStartHook failed, count: 3,
 firstTimestamp: "2026-11-21T11:40:00Z", lastTimestamp: "2026-11-21T11:50:00Z",
 involvedObject: {kind: Pod, namespace: shop, name: db-1, uid: gone, fieldPath: "spec.containers{app}"}}
`

// A postStart hook works again where containers have started since it failed in
// a pod that is gone, and not where another one has not.
func TestHookOfAFormerPodThatWorksAgain(t *testing.T) {
	for text, want := range map[string]api.Severity{
		repaired: api.Low,
		strings.Replace(repaired, `{running: {startedAt: "2026-11-21T11:52:10Z"}}`, `{waiting: {reason: ContainerCreating}}`, 1): api.High,
		strings.Replace(repaired, "11:52:10", "11:00:10", 1):                                                                     api.High,
	} {
		findings := run(t, shutdown.LifecycleHookFailing, text, inventory.AllResources()...).Findings
		if len(findings) != 1 || findings[0].Severity != want {
			t.Errorf("%+v, want %s", findings, want)
		}
	}
}
