package stability

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// RolloutStuck finds workloads whose rollout does not complete.
var RolloutStuck = &audit.Check{
	ID: "rollout-stuck", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title: "Rollout is not progressing",
	// These say why pods are rejected, and which of them a dead node took down.
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.Nodes}},
	Options: []audit.Option{rolloutGrace},
	Judge:   audit.Over(audit.Workloads, rolloutStuck),
	Doc: audit.Doc{
		What: "A Deployment has the condition Progressing=False (ProgressDeadlineExceeded), or Available=False for 15 " +
			"minutes. Or a Deployment, StatefulSet or DaemonSet has had too few updated or available replicas for 15 " +
			"minutes in which no pod was created, became ready or lost readiness (for a Deployment, at least its " +
			"progressDeadlineSeconds); or its pods have been rejected for that long; or no controller has ever " +
			"processed it. Replicas that are not available after a Deployment's rollout was complete count only with " +
			"Available=False. Paused rollouts, partitions and OnDelete wait on purpose and are not flagged. Neither " +
			"are pods within the time that their startup probe allows, nor replicas on a node that is not ready, which " +
			"node-not-ready reports. An object in a file without a status is unknown.",
		Why: "Half of the replicas run the old version and half the new one, or the new one runs nowhere: a fix that " +
			"was merged is not live, although kubectl apply reported success. The workload has fewer working replicas " +
			"than it should when the next drain comes.",
		Fix: "Look at the pods that are not ready: their Events and logs say why. If the cause takes long to repair " +
			"and an earlier revision exists, roll back first (kubectl rollout undo). If pods are rejected, the message " +
			"quotes why: an admission webhook, Pod Security, a missing ServiceAccount, a quota. A StatefulSet with " +
			"podManagementPolicy OrderedReady does not replace a broken pod of an earlier revision: delete the pod.",
		Limitations: "StatefulSets and DaemonSets do not record when they last progressed: it is inferred from their " +
			"pods and from Events about rejected ones, and if that fails, the message names no time. Their " +
			"minReadySeconds is not read: with more than 15 minutes, a rollout looks stuck. A spec that its controller " +
			"has not seen yet is not judged. Custom resources have rollouts of their own.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
			"https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates",
			"https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
		},
	},
}

var rolloutGrace = audit.Duration("grace", 15*time.Minute, "how long a rollout may continue without a change")

func rolloutStuck(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	r := w.Rollout
	// A manifest that was never applied has no generation.
	if r == nil || r.Generation == 0 {
		return audit.NotApplicable()
	}
	if r.Unwritten {
		return audit.Unknown("an object without a status does not show the progress of its rollout")
	}
	grace := max(rolloutGrace.In(p), r.ProgressDeadline)
	if r.Observed < r.Generation {
		if r.Observed == 0 && !w.Created.IsZero() && !p.Within(w.Created, grace) {
			return audit.Faults(stuckFault(w, "created "+ago(p, w.Created)+" and never processed by its controller", w.Created))
		}
		return audit.Unknown(w.Kind + " " + w.Name + ": its controller has not seen the current spec yet")
	}
	missing := shortfall(r)
	if r.Paused || missing == "" {
		return audit.Faults()
	}
	if told := cause.RefusalOf(p, w, refusedWithin); told != nil {
		if p.Within(told.Since, rolloutGrace.In(p)) {
			return audit.Faults()
		}
		return audit.Faults(refusedFault(p, w, told))
	}
	held := heldUp(p, w)
	var fault audit.Fault
	switch changed, proven := lastChange(w); {
	case held.explains(r):
		if len(held.lost) == 0 || cause.NodesJudged(p) {
			return audit.Faults()
		}
		node := p.Node(held.lost[0].Node)
		since, _ := node.NotReadySince()
		fault = stuckFault(w, missing+": node "+node.Name+" has not been ready for "+p.Age(since), since)
	case r.Progressing.Is(corev1.ConditionFalse):
		fault = stuckFault(w, missing+", stuck for "+p.Age(r.Progressing.Since)+conditionText(r.Progressing), r.Progressing.Since)
	case r.Availability.Is(corev1.ConditionFalse) && (r.Completed() || lostAvailability(w)) && !p.Within(r.Availability.Since, rolloutGrace.In(p)):
		fault = stuckFault(w, missing+" for "+p.Age(r.Availability.Since)+conditionText(r.Availability), r.Availability.Since)
	case changed.IsZero() || p.Within(changed, grace) || r.Completed() && !proven || p.Within(r.Availability.Since, rolloutGrace.In(p)):
		return audit.Faults()
	case proven:
		fault = stuckFault(w, missing+", unchanged for "+p.Age(changed), changed)
	default:
		fault = stuckFault(w, missing, time.Time{})
	}
	fault.Pods, fault.Fix = held.unready, stuckFix(w, held)
	addObserved(p, w, &fault)
	// If one of its pods cannot start, the rollout waits for that reason.
	fault.Without = func(func(*inventory.Pod) bool) *audit.Fault { return nil }
	return audit.Faults(fault)
}

// refusedWithin limits the age of a controller's report about refused pods: it tries
// again at growing intervals.
const refusedWithin = time.Hour

// conditionText says why, in a condition's words.
func conditionText(c inventory.Condition) string {
	if text := cause.WithDetail(c.Reason, c.Message); text != "" {
		return " (" + text + ")"
	}
	return ""
}

func stuckFault(w *inventory.Workload, message string, since time.Time) audit.Fault {
	r := w.Rollout
	return audit.Fault{
		Message: message,
		Evidence: api.Evidence{
			"desired": int(r.Desired), "updated": int(r.Updated), "ready": int(r.Ready), "available": int(r.Available),
		},
		Since: since, Fix: remedy.Describe(&w.Object, "check what its controller reports"),
	}
}

func stuckFix(w *inventory.Workload, held backlog) audit.Fix {
	for _, pod := range held.unready {
		if fix, found := remedy.LeftOver(w, pod); found {
			return fix
		}
	}
	r := w.Rollout
	fix := remedy.Describe(&w.Object, "find out why its pods are not ready")
	switch {
	case len(held.unready) > 0:
		fix = remedy.DescribePod(held.unready[0], "find out why its pod is not ready")
	case r.Current == 0:
		fix.Advice = "find out why no pod is created"
	case r.Available >= r.Current:
		fix.Advice = "check what its controller reports"
	}
	if !r.Completed() && (r.Former || len(w.Templates) > 1) {
		fix.Advice += ", or roll it back"
	}
	return fix
}

// refusedFault reports pods that are not created; there are none to look at, and
// those of a former revision would be refused as well.
func refusedFault(p *audit.Pass, w *inventory.Workload, told *cause.Refusal) audit.Fault {
	r := w.Rollout
	missing := max(r.Desired-r.Current, 1)
	fault := stuckFault(w, fmt.Sprintf("%d of %d pods cannot be created for %s: %s",
		missing, max(r.Desired, missing), p.Age(told.Since), cause.Quote(told.Message)), told.Since)
	fault.Fix.Advice = refusalAdvice(told.By)
	if told.Attempts > 0 {
		fault.Evidence["attempts"], fault.Evidence["lastAt"] = told.Attempts, api.Time(told.Last)
	}
	return fault
}

// refusalAdvice says how to satisfy what refuses the pods.
func refusalAdvice(by inventory.Refuser) string {
	switch by {
	case inventory.ByPodSecurity:
		return "bring the security context of its pods within the Pod Security level of the namespace"
	case inventory.ByBrokenWebhook:
		return "find out why the webhook does not respond"
	case inventory.ByWebhook:
		return "correct in the pod template what the webhook rejects"
	case inventory.ByServiceAccount:
		return "create the ServiceAccount that its pods name"
	case inventory.ByQuota:
		return "free what is not needed, or raise the quota"
	case inventory.ByPriorityClass:
		return "create the PriorityClass that its pods name"
	}
	return "correct in the pod template what is rejected"
}
