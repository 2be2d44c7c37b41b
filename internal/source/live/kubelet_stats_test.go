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

func summaryPath(node string) string { return "/api/v1/nodes/" + node + "/proxy/stats/summary" }

// summaryOf returns a kubelet's summary, including fields that nobody reads.
func summaryOf(pods ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"node":{"nodeName":"n","fs":{"usedBytes":1}},"pods":[%s]}`, strings.Join(pods, ","))
	}
}

func podStats(pod, rootfs string) string {
	return fmt.Sprintf(`{"podRef":{"name":%[1]q,"namespace":"shop","uid":"uid-%[1]s"},"containers":[`+
		`{"name":"app","cpu":{"usageNanoCores":7},"rootfs":%[2]s,"logs":{"usedBytes":9}}]}`, pod, rootfs)
}

func onNode(node string, pod corev1.Pod) corev1.Pod {
	pod.Spec.NodeName = node
	return pod
}

func TestLiveSamplesRootFilesystems(t *testing.T) {
	s := newServer(t)
	unscheduled := pod("unscheduled")
	unscheduled.Status.Phase = corev1.PodPending
	s.answers["/api/v1/pods"] = answer(200, podList("", 0,
		onNode("n1", runningPod("large")), onNode("n1", runningPod("untold")), onNode("n1", runningPod("unheard")),
		onNode("n1", runningPod("replaced")), onNode("n2", runningPod("secret")), onNode("n3", runningPod("odd")), unscheduled))
	s.answers[summaryPath("n1")] = summaryOf(podStats("large", `{"usedBytes":325058560}`), podStats("untold", `{"inodesUsed":3}`),
		strings.Replace(podStats("replaced", `{"usedBytes":1}`), "uid-replaced", "uid-before", 1))
	s.answers[summaryPath("n2")] = failure(403, metav1.StatusReasonForbidden)
	s.answers[summaryPath("n3")] = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }
	const untold = "0 the kubelet does not report it"
	want := map[string]string{
		"large": "325058560 ", "untold": untold, "unheard": untold, "replaced": untold, "secret": "0 forbidden",
		"odd": "0 invalid answer", "unscheduled": "none",
	}
	wantSamples(t, s, inventory.Request{Resources: []inventory.Resource{inventory.Pods}, KubeletStats: true}, want, rootFilesystemsOf)
}

func rootFilesystemsOf(inv *inventory.Inventory) map[string]string {
	found := map[string]string{}
	for _, w := range inv.Workloads {
		for _, p := range w.Pods {
			found[p.Name] = "none"
			if sample := inv.RootFilesystem(p, "app"); sample != nil {
				found[p.Name] = fmt.Sprint(sample.UsedBytes, " ", sample.Reason)
			}
		}
	}
	return found
}

// No kubelet is asked unless the user wants it.
func TestLiveLeavesKubeletsAlone(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, onNode("n1", runningPod("a"))))
	if _, err := s.live().Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods}, Logs: true}); err != nil {
		t.Fatal(err)
	}
	for _, request := range s.requests {
		if strings.Contains(request, "/proxy") {
			t.Error(request)
		}
	}
}

// Few nodes are asked, and none that would add nothing.
func TestNodesToSample(t *testing.T) {
	on := func(nodes ...string) *inventory.Workload {
		w := &inventory.Workload{}
		for _, node := range nodes {
			w.Pods = append(w.Pods, &inventory.Pod{Node: node, PodException: &inventory.PodException{}, Containers: []inventory.Container{{
				ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App}, RunningSince: time.Now(),
			}}})
		}
		return w
	}
	waiting := on("n5")
	waiting.Pods[0].Containers[0].RunningSince = time.Time{}
	static := on("n6")
	static.Pods[0].PodException = &inventory.PodException{Mirror: true}
	got := nodesToSample([]*inventory.Workload{on("n1", "n2"), on("n3", "n2", "n1"), on("n2"), on(""), on(), waiting, static})
	if diff := cmp.Diff([]string{"n1", "n2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many []*inventory.Workload
	for i := range 2 * kubeletSampling.most {
		many = append(many, on(fmt.Sprint("n", i)))
	}
	if got := len(nodesToSample(many)); got != kubeletSampling.most {
		t.Errorf("%d nodes", got)
	}
}
