//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// live lists the patterns of live/failing.yaml that only show when they happen.
var live = wants{
	"container-not-starting Deployment pull":                    api.High,
	"lifecycle-hook-failing Deployment hook":                    "",
	"container-killed Deployment stubborn":                      "",
	"termination-forced Deployment stubborn":                    "",
	"probe-failing Deployment never":                            "",
	"pod-unready Deployment never":                              api.High,
	"rollout-stuck Deployment never":                            "",
	"pod-evicted Deployment hoarder":                            api.Medium,
	"pod-stuck-terminating Deployment held":                     api.Medium,
	"pod-pending Deployment huge":                               api.High,
	"cronjob-failing CronJob backup":                            api.High,
	"cronjob-never-succeeded CronJob invoices":                  api.High,
	"cronjob-missed-schedules CronJob late":                     api.Medium,
	"job-blocked-by-sidecar Job export":                         api.High,
	"quota-blocks-pods Deployment pair":                         api.High,
	"quota-nearly-used-up Namespace cramped":                    api.High,
	"disruption-budget-blocks-drain PodDisruptionBudget single": api.High,
	"config-stale Deployment stale":                             api.Medium,
	"config-reference-missing Deployment keyless":               api.High,
	"image-digest-drift Deployment drift":                       api.High,
	"liveness-budget-too-short Deployment slow":                 "",
	"autoscaler-maxed-out HorizontalPodAutoscaler single":       api.Medium,
}

// sampled lists the findings that only logs and the kubelet's statistics show.
var sampled = wants{
	"logs-silent Deployment scribbler":             api.Low,
	"root-filesystem-written Deployment scribbler": api.Medium,
}

// soon shortens the grace periods of checks that give a cluster minutes. Other
// tests cover those periods.
var soon = []string{
	"--set=container-not-starting.grace=5s", "--set=pod-unready.grace=20s", "--set=pod-pending.grace=10s",
	"--set=pod-stuck-terminating.grace=5s", "--set=rollout-stuck.grace=10s", "--set=job-blocked-by-sidecar.grace=10s",
	"--set=autoscaler-maxed-out.after=10s", "--set=config-stale.grace=5s", "--set=config-reference-missing.grace=5s",
}

// In a healthy cluster nothing is found. That stays so while, next to it,
// everything goes wrong that a single node can show.
func TestCleanClusterAndLiveChecks(t *testing.T) {
	t.Parallel()
	cluster := start(t, kube.WithImages("registry.example/rolling:1", "registry.example/next:1"))
	bindRole(t, cluster, "--logs", "--kubelet-stats")

	cluster.Apply(t, "clean")
	awaitClean(t, cluster)

	cluster.Apply(t, "live/failing.yaml")
	awaitRunning(t, cluster, "held", 1)
	cluster.Kubectl(t, "-n", "failing", "delete", "pod", "-l", "app=held", "--wait=false")
	awaitRunning(t, cluster, "stale", 1)
	awaitSuccess(t, cluster, "backup")
	cluster.Kubectl(t, "-n", "failing", "patch", "configmap/backup", "--patch", `{"data":{"target":"tape"}}`)
	// The pod has run for a minute. Times have a resolution of one second, so
	// earlier changes could not be distinguished.
	cluster.Kubectl(t, "-n", "failing", "patch", "configmap/settings", "--patch", `{"data":{"level":"debug"}}`)
	awaitRunning(t, cluster, "drift", 1)
	cluster.Apply(t, "live/retag.yaml")
	cluster.Kubectl(t, "-n", "failing", "wait", "--for=condition=complete", "--timeout=60s", "job/retag")
	cluster.Kubectl(t, "-n", "failing", "scale", "deployment/drift", "--replicas=2")

	awaitFindings(t, cluster, live, soon, func(f api.Finding) bool {
		return f.Object.Namespace != "clean" && f.Object.Name != "clean" || f.Severity == api.Info
	})
	awaitFindings(t, cluster, sampled, []string{
		"--logs", "--set=logs-silent.after=10s", "--kubelet-stats", "--set=root-filesystem-written.size=4Mi",
		"--check=logs-silent,root-filesystem-written",
	}, func(f api.Finding) bool { return f.Check == "logs-silent" || f.Object.Namespace == "failing" })
	onlyRead(t, cluster, cluster.ReaderUser)
}

// awaitClean waits until an audit of the whole cluster, by a user with just the
// role that it asks for, finds nothing above info.
func awaitClean(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	cluster.Await(t, 3*time.Minute, "cluster in which all is well", func(ctx context.Context) (bool, error) {
		r, err := audit(ctx, cluster)
		if err != nil {
			return false, err
		}
		var above []string
		for _, f := range r.Findings {
			if f.Severity != api.Info {
				above = append(above, fmt.Sprintf("%s %s %s: %s", f.Severity, f.Check, f.Object.Name, f.Message))
			}
		}
		var unknown []string
		for _, c := range r.Checks {
			if c.Outcome == api.Unknown {
				unknown = append(unknown, c.ID+": "+c.Reason)
			}
		}
		s := r.Summary
		well := len(above) == 0 && s.Score.Score != nil && *s.Score.Score == 100 && s.Score.Grade == "A" && s.Coverage == 1
		// One finished run shows that the CronJob is judged as well.
		ran := s.Subjects.Pods >= 3+2+1+1
		return well && ran, fmt.Errorf("%d pods, grade %s, coverage %v, findings %q, unknown %q", s.Subjects.Pods, s.Score.Grade, s.Coverage, above, unknown)
	})
}

func awaitSuccess(t *testing.T, cluster *kube.Cluster, cronJob string) {
	t.Helper()
	cluster.Await(t, 2*time.Minute, cronJob+" succeeding", func(ctx context.Context) (bool, error) {
		cron, err := cluster.Client().BatchV1().CronJobs("failing").Get(ctx, cronJob, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		return cron.Status.LastSuccessfulTime != nil, fmt.Errorf("last scheduled at %v", cron.Status.LastScheduleTime)
	})
}

func awaitRunning(t *testing.T, cluster *kube.Cluster, app string, count int) {
	t.Helper()
	cluster.Await(t, time.Minute, app+" running", func(ctx context.Context) (bool, error) {
		pods, err := cluster.Client().CoreV1().Pods("failing").List(ctx, metav1.ListOptions{LabelSelector: "app=" + app})
		if err != nil {
			return false, err
		}
		running := 0
		for _, p := range pods.Items {
			if p.Status.Phase == corev1.PodRunning {
				running++
			}
		}
		return running >= count, fmt.Errorf("%d of %d pods run", running, len(pods.Items))
	})
}
