package probes

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ReadinessDetectionSlow finds readiness probes that take long to remove a dead
// endpoint.
var ReadinessDetectionSlow = &audit.Check{
	ID: "readiness-detection-slow", Category: Category, Severity: api.Low, Since: "v0.1.0",
	Field:   "readinessProbe",
	Title:   "Readiness probe detects failures too slowly",
	Reads:   audit.Reads{Needs: []inventory.Resource{inventory.Services}},
	Judge:   audit.Over(audit.Workloads, readinessDetectionSlow),
	Options: []audit.Option{slowestDetection},
	Doc: audit.Doc{
		What: "A Service that sends traffic only to ready pods selects the workload, and the readiness probe of a " +
			"container or native sidecar needs more than 30 seconds to detect a failure (periodSeconds times " +
			"failureThreshold).",
		Why: "A pod that hangs is removed from its Service only when its readiness probe has failed that many times in " +
			"a row. Until then it gets its share of the requests (with three replicas, a third), and each of them " +
			"fails or times out.",
		Fix: "Probe more often rather than fewer times: with a period of 5 s and a threshold of 3, a dead pod is " +
			"detected within 15 s, and two failures are tolerated. Keep the probe cheap enough for that. For slow " +
			"starts use a startup probe, not a readiness probe that takes long to fail.",
		Limitations: "Timeouts add to this time: a probe that hangs fails only after timeoutSeconds. A mesh or load " +
			"balancer may detect a dead endpoint sooner, and a client with retries may not notice. Any probed " +
			"container removes its pod from the Service, so all of them are judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes",
		},
	},
}

var slowestDetection = audit.Duration("longest", 30*time.Second, "how long a readiness probe may take to fail")

func readinessDetectionSlow(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	waiting := slices.IndexFunc(w.Services, func(s *inventory.Service) bool { return !s.PublishesNotReady })
	if waiting < 0 {
		return audit.NotApplicable()
	}
	return eachLongRunning(w, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		probe := c.ReadinessProbe
		if probe == nil || detection(probe) <= slowestDetection.In(p) {
			return nil
		}
		facts := evidenceOf(t, c)
		facts["periodSeconds"], facts["failureThreshold"] = int(probe.PeriodSeconds), int(probe.FailureThreshold)
		return &audit.Fault{
			Container: c.Name, Evidence: facts,
			Message: fmt.Sprintf("readiness takes %s to fail (period %ds, %d failures), and Service %s sends requests until then",
				amount.Duration(detection(probe)), probe.PeriodSeconds, probe.FailureThreshold, w.Services[waiting].Name),
			Fix: remedy.Container(w, t, c.Name, "probe more often",
				remedy.Fields{"readinessProbe": remedy.Fields{"periodSeconds": 5, "failureThreshold": 3}}),
		}
	})
}
