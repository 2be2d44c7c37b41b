//go:build e2e

package watch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	promapi "github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// young judges objects that were created a moment ago.
var young = []string{"--set", "service-without-endpoints.grace=0s"}

// patience limits waiting for what takes a second or two.
const patience = time.Minute

func TestPrometheusAnswers(t *testing.T) {
	binary := buildPlugin(t)
	cluster := kube.Start(t)
	past := t.TempDir()
	before := exec.CommandContext(t.Context(), binary, "-A", "--cluster-name", faulty, "--history", past)
	before.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
	if out, err := before.CombinedOutput(); err != nil {
		t.Fatalf("the audit before the faults: %v\n%s", err, out)
	}
	makeFaulty(t, cluster)
	awaitFault(t, binary, cluster)

	gateway := startGateway(t, cluster)
	push := exec.CommandContext(t.Context(), binary, append(young, "-A", "--cluster-name", "pushed", "--push-gateway", "http://"+gateway,
		"-o", "prometheus")...)
	push.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
	text, err := push.Output()
	if err != nil {
		t.Fatalf("push: %v", err)
	}
	// A file for the textfile collector passes Prometheus' own linter.
	lint := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	lint.Stdin = bytes.NewReader(text)
	if problems, err := lint.CombinedOutput(); err != nil || len(problems) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, problems)
	}
	secured := secure(t)
	secured.target = serve(t, binary, "secured", cluster.Kubeconfig, "--web.config.file", secured.config)
	prometheus := startPrometheus(t, secured,
		serve(t, binary, faulty, cluster.Kubeconfig, append(young, "--history", past)...),
		serve(t, binary, blind, cluster.ReaderKubeconfig),
		serve(t, binary, dead, cluster.Kubeconfig, "--server", "http://127.0.0.1:1"),
		gateway)

	found := queries(t)
	for name, want := range answers {
		t.Run(name, func(t *testing.T) {
			cluster.Await(t, patience, "answer", func(ctx context.Context) (bool, error) { return prometheus.answers(ctx, found[name], want) })
		})
	}
	t.Run("what was pushed", func(t *testing.T) {
		cluster.Await(t, patience, "answer", func(ctx context.Context) (bool, error) {
			return prometheus.answers(ctx, "prodcheck_findings", answer{`{__name__="prodcheck_findings", cluster="pushed", severity="critical", job="prodcheck"}`, is(2)})
		})
	})
	t.Run("what is served over TLS, with the password", func(t *testing.T) {
		cluster.Await(t, patience, "answer", func(ctx context.Context) (bool, error) {
			return prometheus.answers(ctx, "prodcheck_audit_success", answer{`{cluster="secured", job="secured"}`, is(1)})
		})
		for job, up := range map[string]float64{"secured": 1, "secured-without-password": 0, "secured-without-tls": 0} {
			// Each target has a first scrape of its own.
			cluster.Await(t, patience, "scrape of "+job, func(ctx context.Context) (bool, error) {
				got, err := prometheus.query(ctx, `up{job="`+job+`"}`)
				return len(got) == 1 && float64(got[0].Value) == up, err
			})
		}
	})
	t.Run("no label of the target", func(t *testing.T) {
		// A Service has no container: the scraped pod's must not replace it.
		got, err := prometheus.query(t.Context(), `prodcheck_critical_finding_since_timestamp_seconds{kind="Service",cluster="faulty"}`)
		if err != nil || len(got) != 1 || got[0].Metric["container"] != "" || got[0].Metric["namespace"] != "shop" {
			t.Errorf("%v %v", got, err)
		}
	})
	t.Run("a new critical finding fires", func(t *testing.T) {
		cluster.Await(t, patience, "alert", func(ctx context.Context) (bool, error) { return prometheus.fires(ctx, "container-oom-killed") })
	})
	t.Run("all rules are healthy", func(t *testing.T) { prometheus.expectHealthyRules(t) })
}

// makeFaulty creates a container that was killed for its memory, and a Service
// that has lost its endpoint.
func makeFaulty(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	cluster.Apply(t, "testdata/faulty.yaml")
	var pod corev1.Pod
	cluster.Await(t, patience, "pod", func(ctx context.Context) (bool, error) {
		pods, err := cluster.Client().CoreV1().Pods("shop").List(ctx, metav1.ListOptions{})
		if err != nil || len(pods.Items) == 0 {
			return false, err
		}
		pod = pods.Items[0]
		return true, nil
	})
	loseEndpoint(t, cluster)
	now := metav1.Now()
	cluster.SetPodStatus(t, &pod, func(s *corev1.PodStatus) {
		s.Phase = corev1.PodRunning
		s.StartTime = &now
		s.ContainerStatuses = []corev1.ContainerStatus{{
			Name: "app", RestartCount: 3, Image: "registry.example/cart:latest",
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}},
			LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
				Reason: "OOMKilled", ExitCode: 137, FinishedAt: now,
			}},
		}}
	})
}

// loseEndpoint makes the Service lose an endpoint: its controller removes one
// that it did not write.
func loseEndpoint(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	client := cluster.Client().DiscoveryV1().EndpointSlices("shop")
	written := false
	cluster.Await(t, patience, "lost endpoint", func(ctx context.Context) (bool, error) {
		slices, err := client.List(ctx, metav1.ListOptions{})
		if err != nil || len(slices.Items) == 0 {
			return false, err
		}
		slice := &slices.Items[0]
		if written {
			return len(slice.Endpoints) == 0, nil
		}
		slice.Endpoints = []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}}}
		_, err = client.Update(ctx, slice, metav1.UpdateOptions{})
		written = err == nil
		return false, err
	})
}

// awaitFault waits until a recent fault is old enough to be reported: an audit
// gives a change of the same age the benefit of the doubt, and the next audit of
// a server is an hour away.
func awaitFault(t *testing.T, binary string, cluster *kube.Cluster) {
	t.Helper()
	const check = "service-without-endpoints"
	cluster.Await(t, patience, check, func(ctx context.Context) (bool, error) {
		cmd := exec.CommandContext(ctx, binary, append(young, "-A", "--check", check, "-o", "json")...)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
		out, err := cmd.Output()
		if err != nil {
			return false, err
		}
		var r api.Report
		return json.Unmarshal(out, &r) == nil && len(r.Findings) == 1, fmt.Errorf("the audit says %s", out)
	})
}

func buildPlugin(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kubectl-prodcheck")
	build := exec.Command("go", "build", "-ldflags", "-X main.version=v0.0.0-test", "-o", binary, "../../cmd/kubectl-prodcheck")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// serve runs the program for the rest of the test, and returns its address. The
// program must end when the test asks it to.
func serve(t *testing.T, binary, name, kubeconfig string, args ...string) string {
	t.Helper()
	args = append([]string{"serve", "-A", "--listen-address", "127.0.0.1:0", "--cluster-name", name}, args...)
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	errOut, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(errOut)
	if !lines.Scan() {
		t.Fatalf("%s says nothing: %v", name, cmd.Wait())
	}
	address := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(lines.Text())
	if address == "" {
		t.Fatalf("%s tells no address: %s", name, lines.Text())
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines.Scan() {
			t.Logf("%s: %s", name, lines.Text())
		}
	}()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s ended with %v", name, err)
		}
	})
	return address
}

// freeAddress returns an address that was free a moment ago: these programs do
// not say on which port they listen.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// daemon runs one of Debian's programs for the rest of the test.
func daemon(t *testing.T, program string, args ...string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: \"bin/cluster node-packages\" installs it", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", program, &log)
		}
	})
}

func startGateway(t *testing.T, cluster *kube.Cluster) (address string) {
	t.Helper()
	address = freeAddress(t)
	daemon(t, "prometheus-pushgateway", "--web.listen-address="+address)
	cluster.Await(t, patience, "Pushgateway", func(ctx context.Context) (bool, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return false, err
		}
		return true, conn.Close()
	})
	return address
}

// server is a running Prometheus.
type server struct{ promv1.API }

// startPrometheus starts a Prometheus that scrapes the targets like one in a
// cluster, with the labels of a pod, and evaluates the rules.
func startPrometheus(t *testing.T, secured secured, targets ...string) server {
	t.Helper()
	dir := t.TempDir()
	rules, err := filepath.Abs(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	config, err := yaml.Marshal(map[string]any{
		"global":     map[string]any{"scrape_interval": "1s", "evaluation_interval": "1s"},
		"rule_files": []string{rules},
		"scrape_configs": append(secured.scrapes(), map[string]any{
			"job_name":     "prodcheck",
			"honor_labels": true,
			"static_configs": []map[string]any{{
				"targets": targets,
				"labels":  map[string]string{"namespace": "monitoring", "container": "prodcheck", "pod": "prodcheck-0"},
			}},
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "prometheus.yaml"), string(config))
	past := filepath.Join(dir, "past")
	write(t, past, pastSamples(time.Now()))
	data := filepath.Join(dir, "data")
	promtool(t, "tsdb", "create-blocks-from", "openmetrics", past, data)

	address := freeAddress(t)
	daemon(t, "prometheus", "--config.file="+filepath.Join(dir, "prometheus.yaml"), "--storage.tsdb.path="+data,
		"--web.listen-address="+address, "--web.console.libraries="+dir, "--web.console.templates="+dir)
	client, err := promapi.NewClient(promapi.Config{Address: "http://" + address})
	if err != nil {
		t.Fatal(err)
	}
	return server{promv1.NewAPI(client)}
}

// pastSamples returns older samples of Prometheus: a critical finding, a score
// and readiness of the faulty cluster without its present faults, and the last
// audit of a cluster that is no longer audited.
func pastSamples(now time.Time) string {
	series := []struct {
		metric, labels string
		value          int64
		from, to       time.Duration // before now
	}{
		{"prodcheck_audit_last_success_timestamp_seconds", `cluster="retired"`, now.Add(-26 * time.Hour).Unix(), 26 * time.Hour, 25 * time.Hour},
		{"prodcheck_check_findings", `cluster="faulty",check="service-without-endpoints",namespace="shop",severity="critical"`, 1, 3 * time.Hour, 100 * time.Minute},
		{"prodcheck_findings", `cluster="faulty",severity="critical"`, 1, 3 * time.Hour, 100 * time.Minute},
		{"prodcheck_score", `cluster="faulty"`, 100, 25 * time.Hour, 23 * time.Hour},
		{"prodcheck_workloads", `cluster="faulty"`, 2, 25 * time.Hour, 23 * time.Hour},
		{"prodcheck_workloads_ready", `cluster="faulty"`, 2, 25 * time.Hour, 23 * time.Hour},
	}
	var b strings.Builder
	for _, s := range series {
		fmt.Fprintf(&b, "# TYPE %s gauge\n", s.metric)
		for ago := s.from; ago >= s.to; ago -= time.Minute {
			fmt.Fprintf(&b, "%s{%s} %d %d\n", s.metric, s.labels, s.value, now.Add(-ago).Unix())
		}
	}
	b.WriteString("# EOF\n")
	return b.String()
}

func (s server) query(ctx context.Context, expression string) (model.Vector, error) {
	value, _, _, err := s.Query(ctx, expression, time.Now())
	if err != nil {
		return nil, err
	}
	vector, ok := value.(model.Vector)
	if !ok {
		return nil, fmt.Errorf("%s is no vector", value.Type())
	}
	return vector, nil
}

// answers reports whether one of the samples is the wanted one.
func (s server) answers(ctx context.Context, expression string, want answer) (bool, error) {
	vector, err := s.query(ctx, expression)
	if err != nil {
		return false, err
	}
	for _, sample := range vector {
		if has(sample.Metric, want.labels) && want.value(float64(sample.Value)) {
			return true, nil
		}
	}
	return false, fmt.Errorf("%s answers\n%s\nwithout %s", expression, vector, want.labels)
}

// has only compares the wanted labels: others belong to the target.
func has(metric model.Metric, labels string) bool {
	for _, pair := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(labels, -1) {
		if string(metric[model.LabelName(pair[1])]) != pair[2] {
			return false
		}
	}
	return true
}

// fires reports whether the alert about a new finding fires, and for this check
// alone.
func (s server) fires(ctx context.Context, check string) (bool, error) {
	alerts, err := s.Alerts(ctx)
	if err != nil {
		return false, err
	}
	var others []string
	firing := false
	for _, a := range alerts.Alerts {
		if a.Labels["alertname"] != "ProdcheckCriticalFindingNew" || a.Labels["cluster"] != faulty {
			continue
		}
		if string(a.Labels["check"]) != check {
			others = append(others, string(a.Labels["check"]))
			continue
		}
		firing = a.State == promv1.AlertStateFiring &&
			strings.Contains(string(a.Annotations["description"]), "kubectl prodcheck -n shop --check "+check+" -o wide")
	}
	return firing && len(others) == 0, fmt.Errorf("alerts: %+v", alerts.Alerts)
}

func (s server) expectHealthyRules(t *testing.T) {
	t.Helper()
	result, err := s.Rules(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, group := range result.Groups {
		for _, r := range group.Rules {
			alerting, ok := r.(promv1.AlertingRule)
			if !ok || alerting.Health != promv1.RuleHealthGood {
				t.Errorf("%+v", r)
			}
			n++
		}
	}
	if want := len(readRules(t)); n != want {
		t.Errorf("%d rules are evaluated, want %d", n, want)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// promtool runs promtool and returns its output.
func promtool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
