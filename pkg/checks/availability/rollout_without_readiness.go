package availability

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// RolloutWithoutReadiness finds rollouts that promise to keep all capacity but
// cannot know whether they do.
var RolloutWithoutReadiness = &audit.Check{
	ID: "rollout-without-readiness", Category: Category, Severity: api.High, Since: "v0.1.0",
	Title:    "Rolling update with maxUnavailable 0 but no readiness probe",
	Reads:    audit.Reads{Needs: []inventory.Resource{inventory.Services}},
	Explains: []string{"readiness-probe-missing"},
	Judge:    audit.Over(audit.Workloads, rolloutWithoutReadiness),
	Doc: audit.Doc{
		What: "A Deployment or DaemonSet sets maxUnavailable to 0 in its rolling update, and a container that receives " +
			"its traffic has no readiness probe. readiness-probe-missing defines which containers do. Low if no " +
			"Service that requires ready pods selects the workload.",
		Why: "With maxUnavailable 0 an old pod stops only when a new one is available, but without a readiness probe a " +
			"pod is available as soon as its process has started. The rollout therefore replaces every working pod " +
			"with one that still loads, or that will never be able to serve, and reports success. It does not stop at " +
			"the first bad pod, which is what the 0 is for.",
		Fix: "Add a readiness probe to the container that serves, and let it succeed only when the container can " +
			"serve. Probe a path that needs what a request needs. minReadySeconds adds a time for which a pod must " +
			"stay ready before the rollout continues.",
		Limitations: "Only an explicit maxUnavailable of 0 counts: the default of 25 %, which is rounded down to 0 for " +
			"up to 3 replicas, is left to readiness-probe-missing. minReadySeconds is not considered: it waits but " +
			"checks nothing. Whether the probe checks something useful is not known.",
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

// promisesAvailability reports whether a rolling update must stop no pod
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
			" without a readiness probe: a rollout continues although new pods cannot serve yet",
		Evidence: api.Evidence{"maxUnavailable": w.Rollout.MaxUnavailable.String()},
	}
	if len(g.Services) == 0 {
		fault.Severity = api.Low
		fault.Message = "maxUnavailable " + w.Rollout.MaxUnavailable.String() +
			" without a readiness probe: a rollout continues although new pods do not work yet"
	} else {
		fault.Evidence["services"] = g.Services
	}
	container := g.Name()
	if container == "" {
		container = "CONTAINER"
	}
	var probe any = "PROBE"
	if g.Answers != nil {
		probe = remedy.Fields{"tcpSocket": remedy.Fields{"port": g.Answers}}
	}
	fault.Fix = remedy.Container(w, g.Template, container,
		"add a readiness probe: at least a connection, preferably a request that needs what clients need",
		remedy.Fields{"readinessProbe": probe})
	return fault
}
