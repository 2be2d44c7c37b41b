//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

const (
	// flapPeriod is the period of the pods that flap: they are ready for 7 of 13
	// seconds.
	flapPeriod = 13 * time.Second
	// mixed is a namespace with flapping and healthy Services. In alone, all pods
	// flap.
	mixed, alone = "mixed", "alone"
)

// Conditions under which a pod is ready. A shell tests them each second.
// flapping changes at the same time in all pods, as with a database that they
// share; flappingApart changes in each pod at a different time.
const (
	flapping      = `[ $(( $(date +%s) % 13 )) -lt 7 ]`
	flappingApart = `[ $(( ($(date +%s) + 5 * $(hostname -i | cut -d. -f4)) % 13 )) -lt 7 ]`
	flappingFast  = `[ $(( $(date +%s) % 6 )) -lt 3 ]`
	slowly        = `[ $(( $(date +%s) - started )) -ge 90 ]`
	steady        = `true`
)

// A Service that flaps is found in every phase, from the second minute of its
// pods on, whatever else flaps on the node, both by an audit of its namespace
// and by one of all namespaces. Services that only look like it are never found.
func TestFlapping(t *testing.T) {
	cluster := start(t)
	bindRole(t, cluster)
	for _, namespace := range []string{mixed, alone} {
		cluster.Kubectl(t, "create", "namespace", namespace)
	}
	for name, ready := range map[string]string{
		"steady": steady, "slow": slowly, "rolling": steady, "scaled": steady, "deleted": steady, "checkout": flappingApart,
	} {
		applyApp(t, cluster, mixed, name, ready)
	}
	disturb(t, cluster)

	want := []string{mixed + "/checkout"}
	t.Run("one flaps", func(t *testing.T) {
		awaitSecondMinute(t, cluster, mixed, "checkout")
		lookTenTimes(t, cluster, want)
	})
	t.Run("four flap", func(t *testing.T) {
		for _, name := range []string{"cart", "order", "search"} {
			applyApp(t, cluster, alone, name, flapping)
			want = append(want, alone+"/"+name)
		}
		awaitSecondMinute(t, cluster, alone, "search")
		lookTenTimes(t, cluster, want)
	})
	t.Run("the kubelet restarts", func(t *testing.T) {
		restartKubelet(t, cluster)
		lookTenTimes(t, cluster, want)
	})
}

// restartKubelet kills the kubelet from a pod that sees the node's processes,
// and waits until it is back and reports that the pod has succeeded.
func restartKubelet(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	const kill = `for p in /proc/[0-9]*; do
  if tr '\0' ' ' < $p/cmdline | grep -q '^[^ ]*/cluster kubelet '; then kill -KILL ${p#/proc/} && exit 0; fi
done; exit 1`
	cluster.Kubectl(t, "-n", "kube-system", "run", "restart-kubelet", "--image=busybox:1.36", "--restart=Never",
		"--image-pull-policy=IfNotPresent", "--overrides="+`{"spec": {"hostPID": true}}`, "--command", "--", "sh", "-c", kill)
	cluster.Kubectl(t, "-n", "kube-system", "wait", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s", "pod/restart-kubelet")
}

// applyApp makes a Deployment whose pods are ready under a condition, and the
// Service in front of it. Testing whether a file exists costs the kubelet less
// than running a command in a container.
func applyApp(t *testing.T, cluster *kube.Cluster, namespace, name, ready string) {
	t.Helper()
	const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: NAMESPACE}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: app
        image: busybox:1.36
        imagePullPolicy: IfNotPresent
        command:
        - sh
        - -c
        - |
          mkdir /tmp/www; started=$(date +%s); httpd -p 8080 -h /tmp/www
          while :; do if READY; then touch /tmp/www/ready; else rm -f /tmp/www/ready; fi; sleep 1; done
        ports: [{containerPort: 8080}]
        readinessProbe:
          httpGet: {path: /ready, port: 8080}
          periodSeconds: 1
          timeoutSeconds: 10
          failureThreshold: THRESHOLD
---
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: NAMESPACE}
spec:
  selector: {app: NAME}
  ports: [{port: 80, targetPort: 8080}]
`
	file := filepath.Join(t.TempDir(), name+".yaml")
	// Only pods that flap lose readiness at the first failure: a healthy pod
	// tolerates a busy machine.
	threshold := "10"
	if ready == flapping || ready == flappingApart || ready == flappingFast {
		threshold = "1"
	}
	text := strings.NewReplacer("NAMESPACE", namespace, "NAME", name, "READY", ready, "THRESHOLD", threshold).Replace(manifest)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cluster.Apply(t, file)
}

// disturb causes, until the test ends, events that healthy workloads see as
// well.
func disturb(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	ctx := t.Context()
	patch := func(name, patch string) error {
		_, err := cluster.Client().AppsV1().Deployments(mixed).Patch(ctx, name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
		return err
	}
	every := func(period time.Duration, act func(turn int) error) {
		go func() {
			for turn := range 1 << 20 {
				select {
				case <-ctx.Done():
					return
				case <-time.After(period):
				}
				if err := act(turn); err != nil && ctx.Err() == nil {
					t.Errorf("disturb: %v", err)
				}
			}
		}()
	}
	every(20*time.Second, func(turn int) error {
		return patch("rolling", fmt.Sprintf(`{"spec": {"template": {"metadata": {"annotations": {"turn": "%d"}}}}}`, turn))
	})
	every(10*time.Second, func(turn int) error {
		return patch("scaled", fmt.Sprintf(`{"spec": {"replicas": %d}}`, 2+2*((turn+1)%2)))
	})
	every(8*time.Second, func(int) error {
		pods, err := podsOf(ctx, cluster, mixed, "deleted")
		if err != nil || len(pods) == 0 {
			return err
		}
		newest := slices.MaxFunc(pods, func(a, b corev1.Pod) int { return a.CreationTimestamp.Compare(b.CreationTimestamp.Time) })
		return cluster.Client().CoreV1().Pods(mixed).Delete(ctx, newest.Name, metav1.DeleteOptions{})
	})
}

func podsOf(ctx context.Context, cluster *kube.Cluster, namespace, app string) ([]corev1.Pod, error) {
	pods, err := cluster.Client().CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=" + app})
	if err != nil {
		return nil, err
	}
	return pods.Items, nil
}

// awaitSecondMinute waits until all pods of an app were started a minute ago.
func awaitSecondMinute(t *testing.T, cluster *kube.Cluster, namespace, app string) {
	t.Helper()
	cluster.Await(t, 2*time.Minute, "second minute of "+app, func(ctx context.Context) (bool, error) {
		pods, err := podsOf(ctx, cluster, namespace, app)
		if err != nil {
			return false, err
		}
		old := 0
		for _, p := range pods {
			for _, c := range p.Status.ContainerStatuses {
				if c.State.Running != nil && time.Since(c.State.Running.StartedAt.Time) >= time.Minute {
					old++
				}
			}
		}
		return len(pods) == 2 && old == 2, fmt.Errorf("%d of %d pods", old, len(pods))
	})
}

// lookTenTimes audits all namespaces, and each by itself, at ten moments within
// two periods.
func lookTenTimes(t *testing.T, cluster *kube.Cluster, want []string) {
	t.Helper()
	const looks = 10
	pause := time.NewTicker(2 * flapPeriod / looks)
	defer pause.Stop()
	for look := range looks {
		all := flappingIn(t, cluster, "-A")
		one := flappingIn(t, cluster, "-n", mixed)
		maps.Copy(one, flappingIn(t, cluster, "-n", alone))
		for scope, found := range map[string]map[string]api.Finding{"-A": all, "-n": one} {
			weak := slices.ContainsFunc(slices.Collect(maps.Values(found)), func(f api.Finding) bool { return !f.Severity.AtLeast(api.High) })
			if got := slices.Sorted(maps.Keys(found)); weak || !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("look %d with %s finds %v, want %v:\n%s", look, scope, got, want, strings.Join(messagesOf(found), "\n"))
			}
		}
		if look == 0 {
			t.Log(strings.Join(messagesOf(all), "\n"))
		}
		<-pause.C
	}
}

func flappingIn(t *testing.T, cluster *kube.Cluster, scope ...string) map[string]api.Finding {
	t.Helper()
	args := append([]string{"prodcheck", "--kubeconfig", cluster.ReaderKubeconfig, "-o", "json", "--check=service-endpoints-flapping"}, scope...)
	r := api.New()
	if err := json.Unmarshal([]byte(cluster.Kubectl(t, args...)), r); err != nil {
		t.Fatal(err)
	}
	found := map[string]api.Finding{}
	for _, f := range r.Findings {
		found[f.Object.Namespace+"/"+f.Object.Name] = f
	}
	return found
}

func messagesOf(found map[string]api.Finding) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all = append(all, fmt.Sprintf("%s %s: %s", found[name].Severity, name, found[name].Message))
	}
	return all
}
