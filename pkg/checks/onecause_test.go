package checks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// liveChecks returns the checks that judge status and events.
func liveChecks() []*audit.Check {
	return slices.DeleteFunc(All(), func(c *audit.Check) bool { return !c.Live || c.Reads.Samples != "" })
}

// webPod is a pod of the ReplicaSet web-5c with the container app, as a spec and
// a status tell.
func webPod(name, spec, phase, status string) string {
	return fmt.Sprintf(`---
apiVersion: v1
kind: Pod
metadata:
  name: %s
  namespace: shop
  creationTimestamp: "2026-11-21T11:40:00Z"
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5c, controller: true}]
spec: {nodeName: node-1, terminationGracePeriodSeconds: 3, containers: [{name: app, image: "registry.example/web:1.0"%s}]}
status: {phase: %s, containerStatuses: [{name: app, %s}]}
`, name, spec, phase, status)
}

func pendingPod(name, node, status string) string {
	return fmt.Sprintf(`---
apiVersion: v1
kind: Pod
metadata:
  name: %s
  namespace: shop
  creationTimestamp: "2026-11-21T11:40:00Z"
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5c, controller: true}]
spec: {nodeName: %q, initContainers: [{name: setup, image: setup}], containers: [{name: app, image: web}]}
status: {phase: Pending, startTime: "2026-11-21T11:40:00Z", %s}
`, name, node, status)
}

func dbPod(name, revision, ready, status string) string {
	return fmt.Sprintf(`---
apiVersion: v1
kind: Pod
metadata:
  name: %s
  namespace: shop
  creationTimestamp: "2026-11-21T11:40:00Z"
  labels: {app: db, controller-revision-hash: %s}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, controller: true}]
spec: {nodeName: node-1, containers: [{name: app, image: db, readinessProbe: {exec: {command: [check]}}}]}
status:
  phase: Running
  conditions:
  - {type: Ready, status: %q, lastTransitionTime: "2026-11-21T11:41:00Z"}
  - {type: ContainersReady, status: %q, lastTransitionTime: "2026-11-21T11:41:00Z"}
  containerStatuses: [{name: app, ready: %s, %s}]
`, name, revision, ready, ready, strings.ToLower(ready), status)
}

func ended(code int, reason, started, finished string) string {
	return fmt.Sprintf(`{terminated: {exitCode: %d, reason: %s, startedAt: "2026-11-21T%sZ", finishedAt: "2026-11-21T%sZ"}}`,
		code, reason, started, finished)
}

func running(since string) string {
	return fmt.Sprintf(`{running: {startedAt: "2026-11-21T%sZ"}}`, since)
}

const backOff = `{waiting: {reason: CrashLoopBackOff, message: "back-off 40s restarting failed container"}}`

func webEvent(reason, message string, count int, first, last string) string {
	return fmt.Sprintf(`---
apiVersion: v1
kind: Event
metadata: {name: web-5c-a.%s, namespace: shop}
type: Warning
reason: %s
message: %q
involvedObject: {kind: Pod, namespace: shop, name: web-5c-a, fieldPath: "spec.containers{app}"}
count: %d
firstTimestamp: "2026-11-21T%sZ"
lastTimestamp: "2026-11-21T%sZ"
`, strings.ToLower(reason), reason, message, count, first, last)
}

// found lists the findings of live checks that are medium or worse.
func found(t *testing.T, text string, now time.Time) []api.Finding {
	t.Helper()
	inv := audittest.Fixture{Text: text, Part: true}.Read(t, inventory.AllResources())
	return audit.Run(inv, audit.Options{Checks: liveChecks(), Now: now, MinSeverity: api.Medium}).Findings
}

const live15 = `, livenessProbe: {exec: {command: [check]}, initialDelaySeconds: 15, periodSeconds: 5, failureThreshold: 2}`

// One cause is one finding, which names it; two are two.
func TestOneCause(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		// want are the checks with their severities and words of their messages.
		want []string
	}{
		"one of three pods is OOM-killed, the others end by themselves": {
			webPod("web-5c-a", "", "Running", "restartCount: 3, state: "+ended(137, "OOMKilled", "11:59:29", "11:59:30")) +
				webPod("web-5c-b", "", "Running", "restartCount: 3, state: "+ended(6, "Error", "11:59:29", "11:59:33")) +
				webPod("web-5c-c", "", "Running", "restartCount: 3, state: "+ended(6, "Error", "11:59:25", "11:59:28")),
			[]string{"critical container-oom-killed 1 of 3 pods", "critical container-crash-looping 2 of 3 pods in CrashLoopBackOff: the last run ended 27s ago with exit code 6"}},
		"a process inside is OOM-killed in each run of a loop": {
			webPod("web-5c-a", "", "Running", "restartCount: 5, state: "+backOff+", lastState: "+ended(1, "OOMKilled", "11:57:00", "11:57:20")),
			[]string{"critical container-oom-killed a process was OOM-killed"}},
		"a kill of hours ago, and a loop of another cause": {
			webPod("web-5c-a", "", "Running", "restartCount: 2, state: "+running("04:00:01")+", lastState: "+ended(137, "OOMKilled", "03:00:00", "04:00:00")) +
				webPod("web-5c-b", "", "Running", "restartCount: 9, state: "+backOff+", lastState: "+ended(6, "Error", "11:57:00", "11:57:02")),
			[]string{"critical container-oom-killed 1 of 2 pods", "critical container-crash-looping 1 of 2 pods in CrashLoopBackOff"}},
		"pods wait for a node, for an image, and for an init container that fails": {
			pendingPod("web-5c-a", "", `conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes are available: 3 Insufficient memory."}]`) +
				pendingPod("web-5c-b", "node-1", `initContainerStatuses: [{name: setup, restartCount: 9, state: `+backOff+`, lastState: `+ended(1, "Error", "11:55:00", "11:56:00")+`}]`) +
				pendingPod("web-5c-c", "node-1", `initContainerStatuses: [{name: setup, state: {waiting: {reason: ImagePullBackOff, message: "manifest unknown"}}}]`),
			[]string{"critical container-crash-looping 1 of 2 pods", "high container-not-starting 1 of 2 pods",
				"high pod-pending 1 of 3 pods pending for 20m: 0/3 nodes are available: 3 Insufficient memory"}},
		"a rollout waits for one pod that fails, after a kill in an old one": {
			`---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop, generation: 2, creationTimestamp: "2026-11-01T12:00:00Z"}
spec: {replicas: 2, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app, image: db}]}}}
status: {observedGeneration: 2, replicas: 2, readyReplicas: 1, availableReplicas: 1, currentReplicas: 1, updatedReplicas: 1, currentRevision: db-1, updateRevision: db-2}
` + dbPod("db-0", "db-1", "True", "restartCount: 1, state: "+running("11:50:01")+", lastState: "+ended(137, "OOMKilled", "03:00:00", "11:50:00")) +
				dbPod("db-1", "db-2", "False", "restartCount: 0, state: "+running("11:41:00")),
			[]string{"critical container-oom-killed 1 of 2 pods", "high pod-unready 1 of 2 pods"}},
		"the liveness probe stops a program that ends with 0": {
			webPod("web-5c-a", live15, "Running", "ready: true, restartCount: 4, state: "+running("11:55:30")+", lastState: "+ended(0, "Completed", "11:54:38", "11:55:05")) +
				webEvent("Unhealthy", "Liveness probe failed: ", 8, "11:54:30", "11:55:05"),
			[]string{"high liveness-budget-too-short ended 27s after its start, 4m55s ago, when the liveness probe had failed"}},
		"the liveness probe stops what ran for long": {
			webPod("web-5c-a", live15, "Running", "ready: true, restartCount: 1, state: "+running("11:55:30")+", lastState: "+ended(0, "Completed", "11:41:00", "11:55:05")) +
				webEvent("Unhealthy", "Liveness probe failed: ", 2, "11:54:55", "11:55:00"),
			[]string{"medium container-killed stopped 4m55s ago: exit code 0 after its liveness probe failed"}},
		"the kubelet has used up its Events": {
			webPod("web-5c-a", live15, "Running", "restartCount: 9, state: "+backOff+", lastState: "+ended(137, "Error", "11:58:32", "11:59:00")) +
				webEvent("Unhealthy", "Liveness probe failed: ", 16, "11:41:00", "11:50:00"),
			[]string{"critical container-crash-looping exit code 137 (SIGKILL), most likely due to its liveness probe"}},
		"nothing listens, so that the probe fails, and the program is killed": {
			webPod("web-5c-a", live15, "Running", "restartCount: 9, state: "+backOff+", lastState: "+ended(137, "Error", "11:58:32", "11:59:00")) +
				webEvent("Unhealthy", "Liveness probe failed: connection refused", 140, "11:41:00", "11:59:00"),
			[]string{"critical container-crash-looping exit code 137 (SIGKILL) after its liveness probe failed"}},
		"readiness fails beside a crash of its own": {
			webPod("web-5c-a", `, readinessProbe: {exec: {command: [check]}}`, "Running", "ready: true, restartCount: 1, state: "+running("11:41:00")+
				", lastState: "+ended(139, "Error", "11:40:10", "11:40:59")) +
				webEvent("Unhealthy", "Readiness probe failed: HTTP 500", 14, "11:43:00", "11:59:30"),
			[]string{"medium container-killed crashed 19m ago", "medium probe-failing readiness probe failed"}},
		"readiness fails long after a kill for memory": {
			webPod("web-5c-a", `, readinessProbe: {exec: {command: [check]}}`, "Running", "ready: true, restartCount: 1, state: "+running("11:10:01")+
				", lastState: "+ended(137, "OOMKilled", "10:40:10", "11:10:00")) +
				webEvent("Unhealthy", "Readiness probe failed: HTTP 500", 14, "11:43:00", "11:59:30"),
			[]string{"critical container-oom-killed last termination", "medium probe-failing readiness probe failed"}},
		"the postStart hook fails": {
			webPod("web-5c-a", `, lifecycle: {postStart: {exec: {command: [warm]}}}`, "Running",
				`restartCount: 6, state: {waiting: {reason: PostStartHookError, message: "Exec lifecycle hook ([warm]) for Container \"app\" failed - error: command 'warm' exited with 1"}}, lastState: `+
					ended(143, "Error", "11:52:00", "11:53:00")),
			[]string{"critical lifecycle-hook-failing postStart hook fails, last 7m ago: the container was killed because of it: command 'warm' exited with 1"}},
		"the postStart hook fails, and the kubelet waits": {
			webPod("web-5c-a", `, lifecycle: {postStart: {exec: {command: [warm]}}}`, "Running", "restartCount: 6, state: "+backOff+", lastState: "+
				ended(143, "Error", "11:52:00", "11:53:00")) +
				webEvent("FailedPostStartHook", "PostStartHook failed", 6, "11:41:00", "11:53:00"),
			[]string{"critical lifecycle-hook-failing postStart hook failed at least 6 times, the last 7m ago: the container was killed because of it"}},
		"a preStop hook fails beside a loop": {
			webPod("web-5c-a", live15+`, lifecycle: {preStop: {exec: {command: [drain]}}}`, "Running", "restartCount: 9, state: "+backOff+
				", lastState: "+ended(1, "Error", "11:58:57", "11:59:00")) +
				webEvent("FailedPreStopHook", "PreStopHook failed", 6, "11:41:00", "11:53:00"),
			[]string{"critical container-crash-looping exit code 1", "high lifecycle-hook-failing preStop hook failed at least 6 times"}},
	} {
		t.Run(name, func(t *testing.T) {
			findings := found(t, test.text, now)
			for _, w := range test.want {
				severity, rest, _ := strings.Cut(w, " ")
				check, words, _ := strings.Cut(rest, " ")
				if !slices.ContainsFunc(findings, func(f api.Finding) bool {
					return f.Check == check && string(f.Severity) == severity && strings.Contains(f.Message, words)
				}) {
					t.Errorf("no %s", w)
				}
			}
			if len(findings) != len(test.want) || t.Failed() {
				for _, f := range findings {
					t.Errorf("%s %s %s %v", f.Severity, f.Check, f.Message, f.Folded)
				}
			}
		})
	}
}
