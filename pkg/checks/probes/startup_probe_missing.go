package probes

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// StartupProbeMissing finds slow starters that their liveness probe may kill.
var StartupProbeMissing = &audit.Check{
	ID: "startup-probe-missing", Category: Category, Severity: api.Low, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Field:   "startupProbe",
	Title:   "Slow-starting container has no startup probe",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	Judge:   audit.Over(audit.Workloads, startupProbeMissing),
	Options: []audit.Option{slowStart},
	Doc: audit.Doc{
		What: "A container or native sidecar with a liveness and a readiness probe has no startup probe, and took more " +
			"than 30 seconds from its start to being ready. The time is that of the fastest pod that is ready and " +
			"never restarted, if readiness waits only for this container. A time of more than 10 minutes is not " +
			"counted as a start. A start within the last hour counts as slow only if Events report that at least three " +
			"quarters of its probes failed.",
		Why: "The liveness probe begins with the container. The only time for a slow start is an initialDelaySeconds " +
			"that somebody guessed, and the failures that the probe allows. On a busy node, when all pods of a lost " +
			"node start at once, a start takes three times as long: the probe kills the container before it is up, and " +
			"the next start, with a colder cache, is even slower.",
		Fix: "Add a startup probe that makes the same request as the liveness probe, and let it allow several times " +
			"the length of a start (period times failureThreshold): nothing else is probed until it succeeds, and it " +
			"costs nothing when the start is fast. Then remove the initialDelaySeconds of the other probes, so that " +
			"they detect a dead container sooner.",
		Limitations: "The time until a pod is ready is an upper bound of the start: it includes the readiness probe's " +
			"own delay and period. If several containers of a pod have such probes, it is not known which one was " +
			"slow. If a single pod lost readiness for a moment soon after its start, over an hour ago, it looks like a " +
			"slow start.",
		References: []string{
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes",
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
		},
	},
}

var slowStart = audit.Duration("slow", 30*time.Second, "how long a start may take without a startup probe")

func startupProbeMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if !runsForever(w) {
		return audit.NotApplicable()
	}
	unread, pods := "", podsOf(w)
	faults := faultsOf(w, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		if c.StartupProbe != nil || c.LivenessProbe == nil {
			return nil
		}
		s, known := fastestStart(pods(t), t, c)
		if !known || s.took() <= slowStart.In(p) {
			return nil
		}
		if !s.slow(p, c) {
			if p.Within(s.ready, termination.EventsKept) {
				unread = p.WhyUnread(w.Namespace, inventory.Events)
			}
			return nil
		}
		return slowStartFault(w, t, c, s)
	})
	return audit.FaultsUnless(unread, faults...)
}

func slowStartFault(w *inventory.Workload, t *inventory.Template, c *corev1.Container, s start) *audit.Fault {
	covered := "nothing delays its liveness probe"
	if delay := c.LivenessProbe.InitialDelaySeconds; delay > 0 {
		covered = fmt.Sprintf("only an initialDelaySeconds of %d delays its liveness probe", delay)
	}
	facts := evidenceOf(t, c)
	facts["startSeconds"] = int(s.took().Seconds())
	facts["initialDelaySeconds"] = int(c.LivenessProbe.InitialDelaySeconds)
	return &audit.Fault{
		Container: c.Name, Pods: []*inventory.Pod{s.pod}, Evidence: facts,
		Message: fmt.Sprintf("ready %s after its start, and %s: no startup probe", amount.Duration(s.took()), covered),
		Fix: remedy.Container(w, t, c.Name, "add a startup probe that allows several times the length of a start", remedy.Fields{
			"startupProbe": patientStart(c, s.took()), "livenessProbe": remedy.Fields{"initialDelaySeconds": 0},
		}),
	}
}

// patientStart is a startup probe with the request of the liveness probe that
// allows three times as long as a start takes, and at least five minutes.
func patientStart(c *corev1.Container, took time.Duration) *corev1.Probe {
	const period = 10
	return &corev1.Probe{
		ProbeHandler: c.LivenessProbe.ProbeHandler, TimeoutSeconds: c.LivenessProbe.TimeoutSeconds, PeriodSeconds: period,
		FailureThreshold: max(startPatience, failuresIn(3*took, period)),
	}
}
