package availability

import (
	"fmt"
	"math"
	"slices"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// AutoscalerMaxedOut finds autoscalers that cannot do their work.
var AutoscalerMaxedOut = &audit.Check{
	ID: "autoscaler-maxed-out", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Field:   "maxReplicas",
	Title:   "HorizontalPodAutoscaler is at maxReplicas or has no metrics",
	Judge:   audit.Over(audit.Autoscalers, autoscalerMaxedOut),
	Options: []audit.Option{maxedOutAfter},
	Doc: audit.Doc{
		What: "For 15 minutes a HorizontalPodAutoscaler has run maxReplicas replicas while its metrics ask for more " +
			"(condition ScalingLimited with the reason TooManyReplicas), or could not compute how many it needs " +
			"(condition ScalingActive is False, for example FailedGetResourceMetric). Autoscalers of workloads that " +
			"are scaled to 0 are not judged.",
		Why: "At its maximum an autoscaler no longer reacts to load: each further request makes all replicas slower, " +
			"until probes time out and the killed pods leave their load to the rest. Without metrics the number of " +
			"replicas stays as it is: too many when traffic is low, too few at the next peak.",
		Fix: "First check that the load is real: a program that became slower, or a CPU request that is too low, looks " +
			"the same. Then raise maxReplicas, within what the nodes, the quota and the database behind the workload " +
			"can take. If metrics are missing, check that metrics-server or the adapter runs, and that every container " +
			"has a request for the measured resource: without one, no utilization can be computed.",
		Limitations: "The API records only since when scaling has been limited for any reason: the time shown may " +
			"begin earlier, at the minimum or at the scaling rate limit. An autoscaler at its maximum that needs no " +
			"more replicas is not flagged, nor is one whose target does not exist.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",
			"https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/",
		},
	},
}

var maxedOutAfter = audit.Duration("after", 15*time.Minute, "how long it must have lasted")

// Reasons of an autoscaler's conditions; its API has no names for them.
const (
	tooManyReplicas = "TooManyReplicas"
	scalingDisabled = "ScalingDisabled"
)

func autoscalerMaxedOut(p *audit.Pass, h *inventory.HorizontalPodAutoscaler) audit.Verdict {
	if len(h.Conditions) == 0 {
		return audit.Unknown("HorizontalPodAutoscaler " + h.Name + " has no status yet")
	}
	active, limited := condition(h, autoscalingv2.ScalingActive), condition(h, autoscalingv2.ScalingLimited)
	switch {
	case active.Status == corev1.ConditionFalse && active.Reason == scalingDisabled:
		return audit.NotApplicable()
	case active.Status == corev1.ConditionFalse:
		if since := active.LastTransitionTime.Time; !p.Within(since, maxedOutAfter.In(p)) {
			return audit.Faults(withoutMetrics(p, h, active, since))
		}
	case limited.Status == corev1.ConditionTrue && limited.Reason == tooManyReplicas && h.Current >= h.Max:
		if since := laterOf(limited.LastTransitionTime.Time, h.LastScaled); !p.Within(since, maxedOutAfter.In(p)) {
			return audit.Faults(atMaximum(p, h, since))
		}
	}
	return audit.Faults()
}

// condition returns the autoscaler's condition of the type, or a zero one.
func condition(h *inventory.HorizontalPodAutoscaler, t autoscalingv2.HorizontalPodAutoscalerConditionType) autoscalingv2.HorizontalPodAutoscalerCondition {
	i := slices.IndexFunc(h.Conditions, func(c autoscalingv2.HorizontalPodAutoscalerCondition) bool { return c.Type == t })
	if i < 0 {
		return autoscalingv2.HorizontalPodAutoscalerCondition{}
	}
	return h.Conditions[i]
}

// laterOf returns the later time: the condition may have been true before the
// number of replicas last changed, but only since then is it about this number.
func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func atMaximum(p *audit.Pass, h *inventory.HorizontalPodAutoscaler, since time.Time) audit.Fault {
	const factor = 2
	more := min(factor*int64(h.Max), math.MaxInt32)
	return audit.Fault{
		Message:  fmt.Sprintf("at its maximum of %d replicas for %s, and its metrics ask for more", h.Max, p.Age(since)),
		Evidence: api.Evidence{"maxReplicas": int(h.Max), "currentReplicas": int(h.Current), "target": targetOf(h)},
		Since:    since,
		Fix: remedy.Object(&h.Object, "raise its maximum as far as nodes and dependencies allow, or let each pod do more",
			remedy.Fields{"maxReplicas": more}),
	}
}

func withoutMetrics(p *audit.Pass, h *inventory.HorizontalPodAutoscaler, why autoscalingv2.HorizontalPodAutoscalerCondition, since time.Time) audit.Fault {
	return audit.Fault{
		Message:  fmt.Sprintf("unable to compute replicas for %s: %s", p.Age(since), why.Reason),
		Evidence: api.Evidence{"reason": why.Reason, "message": why.Message, "target": targetOf(h)},
		Since:    since,
		Fix:      remedy.Describe(&h.Object, "find out which metric is missing: its source must run, and each container needs a request for it"),
	}
}

func targetOf(h *inventory.HorizontalPodAutoscaler) string {
	return h.Target.Kind + "/" + h.Target.Name
}
