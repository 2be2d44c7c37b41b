package live

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func runningPod(name string, owner ...metav1.OwnerReference) corev1.Pod {
	p := pod(name, owner...)
	p.Spec.RestartPolicy = corev1.RestartPolicyAlways
	p.Status = corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{
		Name: "app", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(serverTime)}},
	}}}
	return p
}

func logText(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if q := r.URL.Query(); q.Get("tailLines") != "1" || q.Get("limitBytes") != "1" || q.Get("container") != "app" {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = w.Write([]byte(body))
	}
}

func logPath(pod string) string { return "/api/v1/namespaces/shop/pods/" + pod + "/log" }

func TestLiveSamplesLogs(t *testing.T) {
	s := newServer(t)
	owner := metav1.OwnerReference{APIVersion: "apps/v1", Kind: "StatefulSet", Name: "web", UID: "web", Controller: new(true)}
	waiting := pod("waiting")
	waiting.Status.Phase = corev1.PodPending
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, runningPod("silent"), runningPod("loud"), runningPod("secret"),
		waiting, runningPod("web-0", owner), runningPod("web-1", owner)))
	s.answers[logPath("silent")] = logText("")
	s.answers[logPath("loud")] = logText("x")
	s.answers[logPath("secret")] = failure(403, metav1.StatusReasonForbidden)
	s.answers[logPath("web-0")] = logText("")
	want := map[string]string{
		"silent": "true ", "loud": "false ", "secret": "false forbidden", "waiting": "none", "web-0": "true ", "web-1": "none",
	}
	wantSamples(t, s, inventory.Request{Resources: []inventory.Resource{inventory.Pods}, Logs: true}, want, logsOf)
}

func logsOf(inv *inventory.Inventory) map[string]string {
	found := map[string]string{}
	for _, w := range inv.Workloads {
		for _, p := range w.Pods {
			found[p.Name] = "none"
			if sample := inv.Log(p, "app"); sample != nil {
				found[p.Name] = fmt.Sprint(sample.Empty, " ", sample.Reason)
			}
		}
	}
	return found
}

// No log is read unless the user asks for it.
func TestLiveLeavesLogsAlone(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, runningPod("a")))
	if _, err := s.read(inventory.Pods); err != nil {
		t.Fatal(err)
	}
	for _, request := range s.requests {
		if strings.HasSuffix(request, "/log") {
			t.Error(request)
		}
	}
}

// The number of requests is limited, however large the cluster is.
func TestLogSamplesAreBounded(t *testing.T) {
	var workloads []*inventory.Workload
	for range 2 * logSampling.most {
		p := &inventory.Pod{PodException: &inventory.PodException{}, Containers: []inventory.Container{
			{ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App}, RunningSince: time.Now()}, {ContainerIdentity: &inventory.ContainerIdentity{Name: "init", Kind: inventory.Init}, RunningSince: time.Now()},
			{ContainerIdentity: &inventory.ContainerIdentity{Name: "proxy", Kind: inventory.Sidecar}, RunningSince: time.Now()},
		}}
		workloads = append(workloads, &inventory.Workload{Pods: []*inventory.Pod{p}})
	}
	if got := len(logsToSample(workloads)); got != logSampling.most {
		t.Errorf("%d samples", got)
	}
	if got := len(logsToSample(workloads[:3])); got != 6 {
		t.Errorf("%d samples of 3 pods with 2 containers each", got)
	}
	workloads[0].Kind = "Job"
	workloads[1].Pods[0].PodException = &inventory.PodException{Mirror: true}
	if got := len(logsToSample(workloads[:3])); got != 2 {
		t.Errorf("%d samples of 1 pod that is judged", got)
	}
}

// A node that hangs does not delay an audit beyond the time limit.
func TestLogSamplesTimeOut(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, runningPod("a"), runningPod("b")))
	for _, name := range []string{"a", "b"} {
		s.answers[logPath(name)] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	}
	live := s.live()
	inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	inv.Logs = live.sampleLogs(ctx, inv.Workloads)
	want := map[string]string{"a": "false timed out", "b": "false timed out"}
	if diff := cmp.Diff(want, logsOf(inv)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
