//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

const watched = "watched"

// loops are a container that is OOM-killed again and again, and a Job whose pods
// fail at once.
const observedLoops = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: watched}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - name: app
        image: busybox:1.36
        imagePullPolicy: IfNotPresent
        command: [sh, -c, "sleep 2; exec tail /dev/zero"]
        resources: {limits: {memory: 20Mi}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: importer, namespace: watched}
spec:
  parallelism: 8
  completions: 8
  completionMode: Indexed
  backoffLimitPerIndex: 100
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: app, image: "busybox:1.36", imagePullPolicy: IfNotPresent, command: ["false"]}
`

// What an observation counts agrees with what the API server has logged in the same
// time: exactly, but for what happened in the second in which it began or ended.
func TestObservation(t *testing.T) {
	cluster := start(t)
	bindRole(t, cluster, "--observe")
	cluster.Kubectl(t, "create", "namespace", watched)
	applyApp(t, cluster, watched, "steady", steady)
	applyApp(t, cluster, watched, "checkout", flappingFast)
	// Each change of one pod is one write of its slice.
	cluster.Kubectl(t, "-n", watched, "scale", "deployment/checkout", "--replicas=1")
	file := filepath.Join(t.TempDir(), "loops.yaml")
	if err := os.WriteFile(file, []byte(observedLoops), 0o600); err != nil {
		t.Fatal(err)
	}
	cluster.Kubectl(t, "-n", watched, "rollout", "status", "deployment/steady", "--timeout=2m")
	cluster.Kubectl(t, "-n", watched, "wait", "--for=jsonpath={.status.updatedReplicas}=1", "deployment/checkout", "--timeout=2m")

	observing := cluster.KubectlCommand(t.Context(), "prodcheck", "--kubeconfig", cluster.ReaderKubeconfig, "-A", "--observe=40s", "-o", "json")
	var output bytes.Buffer
	observing.Stdout, observing.Stderr = &output, os.Stderr
	if err := observing.Start(); err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, time.Minute, "the last list", func(context.Context) (bool, error) {
		events, err := cluster.Audited(cluster.ReaderUser)
		return slices.ContainsFunc(events, func(e kube.AuditEvent) bool { return e.Resource == "events" }), err
	})
	cluster.Apply(t, file)
	if err := observing.Wait(); err != nil {
		t.Fatal(err)
	}
	happened := restartsOf(t, cluster)
	r := api.New()
	if err := json.Unmarshal(output.Bytes(), r); err != nil {
		t.Fatal(err)
	}
	if r.Observation == nil || len(r.Observation.Missed) > 0 {
		t.Fatalf("the observation is %+v", r.Observation)
	}
	t.Logf("observed from %s to %s: %+v", r.Observation.From.Time, r.Observation.To.Time, r.Observation.Counts)
	for _, f := range r.Findings {
		if f.Evidence["observedSeconds"] != nil {
			t.Logf("%s %s %s: %s", f.Severity, f.Check, f.Object.Name, f.Message)
		}
	}

	made, writes := logged(t, cluster, r.Observation)
	counts := r.Observation.Counts
	within(t, "pods made", counts.PodsMade, made, 8) // parallelism, at each of the two ends
	within(t, "losses of readiness of svc/checkout, by the writes of its slice", 2*observedOf(t, r, "service-endpoints-flapping", "checkout", "observedDrops"), writes, 2)
	restarts := observedOf(t, r, "container-oom-killed", "cart", "observedRestarts")
	within(t, "restarts", restarts, happened, 1)
	within(t, "OOM kills", observedOf(t, r, "container-oom-killed", "cart", "observedOOMKills"), restarts, 1)
	within(t, "pods of the Job that were lost", observedOf(t, r, "job-runaway", "importer", "observedPodsLost"), made, 8)
	for _, f := range r.Findings {
		if f.Object.Name == "steady" && f.Evidence["observedSeconds"] != nil {
			t.Errorf("the healthy twin is flagged: %s: %s", f.Check, f.Message)
		}
	}
	t.Run("only get, list and watch, within the role", func(t *testing.T) { onlyRead(t, cluster, cluster.ReaderUser) })
}

func within(t *testing.T, what string, got, want, bound int) {
	t.Helper()
	t.Logf("%s: %d observed, %d logged", what, got, want)
	if want == 0 || got < want-bound || got > want+bound {
		t.Errorf("%s: %d observed, %d logged", what, got, want)
	}
}

// restartsOf counts the restarts of the container that is OOM-killed.
func restartsOf(t *testing.T, cluster *kube.Cluster) int {
	t.Helper()
	pods, err := podsOf(t.Context(), cluster, watched, "cart")
	if err != nil {
		t.Fatal(err)
	}
	restarts := 0
	for _, p := range pods {
		for _, c := range p.Status.ContainerStatuses {
			restarts += int(c.RestartCount)
		}
	}
	return restarts
}

func observedOf(t *testing.T, r *api.Report, check, name, key string) int {
	t.Helper()
	i := slices.IndexFunc(r.Findings, func(f api.Finding) bool { return f.Check == check && f.Object.Name == name })
	if i < 0 {
		t.Errorf("%s of %s is not found", check, name)
		return 0
	}
	n, ok := r.Findings[i].Evidence[key].(float64)
	if !ok {
		t.Errorf("%s of %s has no %s: %s", check, name, key, fmt.Sprint(r.Findings[i].Evidence))
	}
	return int(n)
}

// logged counts the pods that were created in the time of an observation, and the
// writes of the slice of the Service that flaps.
func logged(t *testing.T, cluster *kube.Cluster, o *api.Observation) (made, writes int) {
	t.Helper()
	events, err := cluster.Audited("")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Namespace != watched || e.At.Before(o.From.Time) || e.At.After(o.To.Time) || e.Code >= 300 {
			continue
		}
		switch {
		case e.Resource == "pods" && e.Subresource == "" && e.Verb == "create":
			made++
		case e.Resource == "endpointslices" && e.Verb == "update" && strings.HasPrefix(e.Name, "checkout-"):
			writes++
		}
	}
	return made, writes
}
