package jobs

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// JobBlockedBySidecar finds Jobs whose work is done but whose pods do not end.
var JobBlockedBySidecar = &audit.Check{
	ID: "job-blocked-by-sidecar", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title:   "Sidecar keeps a Job from completing",
	Judge:   audit.Over(audit.Workloads, jobBlockedBySidecar),
	Options: []audit.Option{blockedGrace, sidecarNames},
	Doc: audit.Doc{
		What: "In a running pod of a Job all containers ended for good at least 10 minutes ago, except for ordinary " +
			"containers (not native sidecars) that usually run beside an app: their name or image contains that of a " +
			"common proxy, agent or log shipper.",
		Why: "A Job is complete when its pods are, and a pod is complete when all of its ordinary containers have " +
			"ended. The work is done, but the Job stays active: it never counts as a success, keeps its resources on a " +
			"node, and with concurrencyPolicy Forbid blocks all later runs of its CronJob. With a deadline it is even " +
			"reported as failed (DeadlineExceeded).",
		Fix: "Move the sidecar to initContainers with restartPolicy Always: such a native sidecar is stopped when the " +
			"work is done. Meshes can inject it that way (ENABLE_NATIVE_SIDECARS in Istio, " +
			"config.linkerd.io/proxy-enable-native-sidecar in Linkerd). Otherwise let the program tell the sidecar to " +
			"exit at its end (POST /quitquitquit of the Envoy in Istio, linkerd-await), or do not inject it into Jobs.",
		Limitations: "Sidecars are recognized only by name: add your own to the option. A pod in which two containers share " +
			"the work, and one takes longer, is not flagged. Whether the work succeeded is known only from its exit " +
			"code.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#sidecars-and-pods-in-jobs",
			"https://kubernetes.io/docs/concepts/workloads/controllers/job/",
		},
	},
}

var (
	blockedGrace = audit.Duration("grace", 10*time.Minute, "how long a sidecar may outlive the work")
	sidecarNames = audit.List("sidecars", []string{
		"alloy", "cloud-sql-proxy", "cloudsql-proxy", "consul-dataplane", "daprd", "datadog-agent", "envoy", "filebeat",
		"fluent-bit", "fluentbit", "fluentd", "istio-proxy", "kuma-sidecar", "linkerd-proxy", "oauth2-proxy",
		"opentelemetry-collector", "otel-collector", "otc-container", "promtail", "vault-agent",
	}, "parts of the names of containers and images that run as sidecars")
)

func jobBlockedBySidecar(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	// A Job that was not read is known by its pods.
	if w.Kind != "Job" && w.Kind != "CronJob" && len(w.Jobs) == 0 {
		return audit.NotApplicable()
	}
	var found *blocked
	pods, running := 0, 0
	for _, pod := range w.Pods {
		if pod.Phase != corev1.PodRunning || pod.Deleting() {
			continue
		}
		running++
		b := blockedPod(pod, sidecarNames.In(p))
		if b == nil || p.Now.Sub(b.since) < blockedGrace.In(p) {
			continue
		}
		pods++
		if found == nil || b.since.Before(found.since) {
			found = b
		}
	}
	switch {
	case found != nil:
		return audit.Faults(found.fault(p, pods, running))
	case !p.ReadIn(w.Namespace, inventory.Pods):
		return audit.Unknown(p.WhyUnread(w.Namespace, inventory.Pods))
	case running == 0:
		return audit.NotApplicable()
	}
	return audit.Faults()
}

// blocked is a pod whose work ended at a time but whose sidecars still run.
type blocked struct {
	pod      *inventory.Pod
	since    time.Time
	exitCode int32
	sidecars []string
}

// blockedPod is nil unless all ordinary containers except known sidecars have
// ended and will not start again.
func blockedPod(pod *inventory.Pod, known []string) *blocked {
	b := &blocked{pod: pod}
	ended := 0
	for i := range pod.Containers {
		c := &pod.Containers[i]
		switch {
		case c.Kind != inventory.App:
		case c.Ended != nil && !pod.StartsAgain(c, c.Ended):
			ended++
			if c.Ended.Finished.After(b.since) {
				b.since = c.Ended.Finished
			}
			b.exitCode = max(b.exitCode, c.Ended.ExitCode)
		case !c.RunningSince.IsZero() && isSidecar(c, known):
			b.sidecars = append(b.sidecars, c.Name)
		default:
			return nil
		}
	}
	if ended == 0 || len(b.sidecars) == 0 || b.since.IsZero() {
		return nil
	}
	return b
}

func isSidecar(c *inventory.Container, known []string) bool {
	runs := image.Base(c.Image)
	for _, name := range known {
		if strings.Contains(c.Name, name) || strings.Contains(runs, name) {
			return true
		}
	}
	return false
}

func (b *blocked) fault(p *audit.Pass, pods, running int) audit.Fault {
	names := strings.Join(b.sidecars, ", ")
	message := amount.Share(pods, running, ": ") + fmt.Sprintf("the work ended %s ago with exit code %d, but %s keeps the pod running", p.Age(b.since), b.exitCode, names)
	fault := audit.Fault{
		Pods: []*inventory.Pod{b.pod}, Message: message, Since: b.since,
		Evidence: api.Evidence{
			"pods": pods, "of": running, "sidecars": b.sidecars, "exitCode": int(b.exitCode),
			"endedAt": api.Time(b.since),
		},
		Fix: audit.Fix{
			Advice: "check that the work is done and delete the Job, then make " + names +
				" a native sidecar: an init container with restartPolicy Always",
			Command: audit.Kubectl("logs").In(b.pod.Namespace).On("pod/"+b.pod.Name).With("--all-containers", "--tail", "100"),
		},
	}
	if len(b.sidecars) == 1 {
		fault.Container = b.sidecars[0]
	}
	return fault
}
