package availability

import (
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// RolloutWithoutReadiness finds rollouts that promise that no capacity is lost,
// and cannot know whether it is.
var RolloutWithoutReadiness = &audit.Check{
	ID: "rollout-without-readiness", Category: Category, Severity: report.High, Since: "v0.1.0",
	Title: "A rollout without downtime has no readiness probe to go by",
	Needs: []inventory.Resource{inventory.Services},
	Judge: audit.Workloads(rolloutWithoutReadiness),
	Doc: audit.Doc{
		What: "A Deployment or DaemonSet sets maxUnavailable to 0 in its rolling update, and a container that takes its " +
			"traffic has no readiness probe. What counts as such a container is what readiness-probe-missing says. Low " +
			"when no Service that heeds readiness selects the workload.",
		Why: "With maxUnavailable 0 an old pod goes only when a new one is available, and without a readiness probe a pod " +
			"is available as soon as its process has started. So the rollout replaces every working pod with one that " +
			"still loads, or that will never be able to serve, and reports success. Whoever set the 0 counts on the " +
			"rollout to stop at the first bad pod. It does not.",
		Fix: "Add a readiness probe that a pod passes once it can serve, to the container that does. Give it a path that " +
			"needs what a request needs. minReadySeconds adds a time during which a pod must stay ready before the " +
			"rollout goes on.",
		Blind: "Only a maxUnavailable of 0 that is written down counts: the default of 25 %, which is rounded down to 0 " +
			"for up to 3 replicas, promises nothing, and readiness-probe-missing speaks of it. minReadySeconds is not " +
			"looked at: it waits, but asks nothing. Whether the probe asks a sensible question is not seen.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
		},
	},
}

func rolloutWithoutReadiness(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.Rollout == nil || !promisesAvailability(w.Rollout) || len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, g := range serving.Gaps(w) {
		faults = append(faults, unprovenRollout(w, g))
	}
	return audit.Faults(faults...)
}

// promisesAvailability reports whether a rolling update is told to end no pod
// before another one is available.
func promisesAvailability(r *inventory.Rollout) bool {
	if r.Strategy != inventory.RollingUpdate || r.MaxUnavailable == nil {
		return false
	}
	limit := r.MaxUnavailable.String()
	return limit == "0" || limit == "0%"
}

func unprovenRollout(w *inventory.Workload, g *serving.Gap) audit.Fault {
	fault := audit.Fault{
		Container: g.Name(),
		Message: "maxUnavailable " + w.Rollout.MaxUnavailable.String() +
			" without a readiness probe: a rollout goes on though new pods cannot serve yet",
		Evidence: report.Evidence{"maxUnavailable": w.Rollout.MaxUnavailable.String()},
	}
	if len(g.Services) == 0 {
		fault.Severity = report.Low
		fault.Message = "maxUnavailable " + w.Rollout.MaxUnavailable.String() +
			" without a readiness probe: a rollout goes on though new pods do not work yet"
	} else {
		fault.Evidence["services"] = g.Services
	}
	container := g.Name()
	if container == "" {
		container = "CONTAINER"
	}
	var probe any = "PROBE"
	if g.Answers != nil {
		probe = remedy.Fields{"tcpSocket": remedy.Fields{"port": portNumberOrName(g.Answers)}}
	}
	fault.Fix = remedy.Container(w, g.Template, container,
		"add a readiness probe: at best a request that needs what clients need, at least a connection",
		remedy.Fields{"readinessProbe": probe})
	return fault
}

func portNumberOrName(port *intstr.IntOrString) any {
	if port.Type == intstr.String {
		return port.StrVal
	}
	return port.IntVal
}
