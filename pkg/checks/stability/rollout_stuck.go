package stability

import (
	"fmt"
	"slices"
	"strings"
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
	// These say why pods are refused, and which of them a dead node took down.
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.Nodes}},
	Options: []audit.Option{rolloutGrace},
	Judge:   audit.Over(audit.Workloads, rolloutStuck),
	Doc: audit.Doc{
		What: "A Deployment has the condition Progressing=False (ProgressDeadlineExceeded), or Available=False for 15 " +
			"minutes. Or a Deployment, StatefulSet or DaemonSet has had fewer updated or available replicas than it " +
			"asks for during 15 minutes in which no pod was created, became ready or lost readiness (for a Deployment " +
			"at least its progressDeadlineSeconds), or its pods have been refused for that long, or no controller has " +
			"ever processed it. Replicas that are not available after a Deployment's rollout was complete count only " +
			"with Available=False. Paused rollouts, partitions and OnDelete wait on purpose and are not flagged. " +
			"Neither are replicas that a node which is not ready took down, which node-not-ready reports, nor pods " +
			"within the time that their startup probe allows. An object in a file that has no status is unknown.",
		Why: "Half of the replicas run the old version and half the new one, or the new one runs nowhere: a fix that " +
			"was merged is not live, although kubectl apply reported success. The workload has fewer working replicas " +
			"than it should when the next drain comes.",
		Fix: "Look at the pods that are not ready: their events and logs say why. If the cause takes long to repair " +
			"and a former revision exists, roll back first (kubectl rollout undo). If pods are refused, the message " +
			"quotes why: an admission webhook, Pod Security, a missing ServiceAccount, a quota. A StatefulSet with " +
			"podManagementPolicy OrderedReady does not replace a broken pod of a former revision: delete the pod.",
		Limitations: "StatefulSets and DaemonSets do not say when they last progressed: their pods, and Events about " +
			"refused ones, have to show it. If neither does, the message names no time. Their minReadySeconds is not " +
			"known: with one of more than 15 minutes a rollout looks stuck. A spec that its controller has not seen " +
			"yet is not judged. Custom resources have rollouts of their own.",
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
	case r.Availability.Is(corev1.ConditionFalse) && (completed(r) || lostAvailability(w)) && !p.Within(r.Availability.Since, rolloutGrace.In(p)):
		fault = stuckFault(w, missing+" for "+p.Age(r.Availability.Since)+conditionText(r.Availability), r.Availability.Since)
	case changed.IsZero() || p.Within(changed, grace) || completed(r) && !proven || p.Within(r.Availability.Since, rolloutGrace.In(p)):
		return audit.Faults()
	case proven:
		fault = stuckFault(w, missing+", unchanged for "+p.Age(changed), changed)
	default:
		fault = stuckFault(w, missing, time.Time{})
	}
	fault.Pods, fault.Fix = held.unready, stuckFix(w, held)
	// If one of its pods cannot start, the rollout waits for that reason.
	fault.Without = func(func(*inventory.Pod) bool) *audit.Fault { return nil }
	return audit.Faults(fault)
}

// lostAvailability reports whether a Deployment was available before: it has not
// been unavailable since its creation.
func lostAvailability(w *inventory.Workload) bool {
	return w.Rollout.Availability.Since.Sub(w.Created) > time.Minute
}

// refusedWithin is how recent a controller's report about refused pods must be:
// it tries again at growing intervals.
const refusedWithin = time.Hour

// completed reports whether a Deployment's last rollout was complete: later
// changes of its replicas are no progress.
func completed(r *inventory.Rollout) bool { return r.Progressing.Reason == "NewReplicaSetAvailable" }

// updateTarget returns how many replicas should have the current revision.
func updateTarget(r *inventory.Rollout) int32 {
	if r.Strategy == inventory.OnDelete {
		// Pods are updated whenever somebody deletes them.
		return 0
	}
	return r.Desired - min(r.Partition, r.Desired)
}

// shortfall says what is missing for a rollout to be complete, "" if nothing is.
func shortfall(r *inventory.Rollout) string {
	var missing []string
	if target := updateTarget(r); r.Updated < target {
		missing = append(missing, fmt.Sprintf("%d of %d replicas updated", max(r.Updated, 0), target))
	}
	if r.Available < r.Desired && (!completed(r) || r.Availability.Is(corev1.ConditionFalse)) {
		missing = append(missing, fmt.Sprintf("%d of %d available", max(r.Available, 0), r.Desired))
	}
	if len(missing) > 0 || !r.Progressing.Is(corev1.ConditionFalse) {
		return strings.Join(missing, ", ")
	}
	switch surplus := r.Current - r.Desired; {
	case surplus > 0 && r.Available < r.Current:
		return fmt.Sprintf("%d of %d pods available, so %s", max(r.Available, 0), r.Current, stay(surplus))
	case surplus > 0:
		return "all pods available, but " + stay(surplus)
	}
	return "all replicas available, but not complete"
}

func stay(old int32) string {
	if old == 1 {
		return "1 old one stays"
	}
	return fmt.Sprintf("%d old ones stay", old)
}

// backlog shows why a workload is short of replicas, as far as its pods do.
type backlog struct {
	// unready pods are those that count and are not ready, for the longest time
	// first.
	unready []*inventory.Pod
	// lost pods are on a node that is not ready; some are of an old revision.
	lost    []*inventory.Pod
	lostOld int
	// starting pods are within the time that they may take.
	starting int
}

func heldUp(p *audit.Pass, w *inventory.Workload) backlog {
	var held backlog
	for _, pod := range w.Pods {
		if pod.Finished() || pod.Ready.Is(corev1.ConditionTrue) {
			continue
		}
		if !pod.Deleting() {
			held.unready = append(held.unready, pod)
		}
		switch {
		case cause.DeadNode(p, pod, pod.Ready.Since) != nil:
			held.lost = append(held.lost, pod)
			if len(w.Templates) > 0 && pod.Template != w.Templates[0] {
				held.lostOld++
			}
		case starting(p, pod):
			held.starting++
		}
	}
	slices.SortStableFunc(held.unready, func(a, b *inventory.Pod) int { return a.Ready.Since.Compare(b.Ready.Since) })
	return held
}

// starting reports whether a container of the pod is within the time that its
// startup probe allows.
func starting(p *audit.Pass, pod *inventory.Pod) bool {
	for i := range pod.Containers {
		if pod.Starting(&pod.Containers[i], p.Now) {
			return true
		}
	}
	return false
}

// explains reports whether only dead nodes and starts keep replicas from being
// available. A rollout waits for a starting pod before it replaces the next, and
// an ordered StatefulSet before it creates the next.
func (h backlog) explains(r *inventory.Rollout) bool {
	lost, due := int32(len(h.lost)), r.Desired
	if r.Ordered && h.starting > 0 {
		due = min(due, r.Current)
	}
	if lost+int32(h.starting) == 0 || r.Available+lost+int32(h.starting) < due {
		return false
	}
	return h.starting > 0 || r.Updated+int32(h.lostOld) >= updateTarget(r)
}

// lastChange returns the last sign of progress, or of a change in the pods: a
// note of the controller, a new pod, one that became ready or unready. It is
// proven by a Deployment's progress, and by pods that are all there or wait for
// one that is not ready: when other pods disappeared is not recorded.
func lastChange(w *inventory.Workload) (latest time.Time, proven bool) {
	r := w.Rollout
	latest = r.Progressing.Since
	see := func(t time.Time) {
		if t.After(latest) {
			latest = t
		}
	}
	see(w.Created)
	seen, unready := int32(0), false
	for _, pod := range w.Pods {
		see(pod.Created)
		see(pod.Ready.Since)
		if !pod.Finished() {
			seen++
			unready = unready || !pod.Ready.Is(corev1.ConditionTrue)
		}
	}
	allSeen := seen > 0 && seen >= r.Current && (r.Current >= r.Desired || unready)
	return latest, allSeen || !r.Progressing.Since.IsZero() && !completed(r)
}

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
		Since: since, Fix: describeWorkload(w, "check what its controller reports"),
	}
}

func stuckFix(w *inventory.Workload, held backlog) audit.Fix {
	for _, pod := range held.unready {
		if fix, found := remedy.LeftOver(w, pod); found {
			return fix
		}
	}
	r := w.Rollout
	fix := describeWorkload(w, "find out why its pods are not ready")
	switch {
	case len(held.unready) > 0:
		fix = describe(held.unready[0], "find out why its pod is not ready")
	case r.Current == 0:
		fix.Advice = "find out why no pod is created"
	case r.Available >= r.Current:
		fix.Advice = "check what its controller reports"
	}
	if !completed(r) && (r.Former || len(w.Templates) > 1) {
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
	return "correct in the pod template what is refused"
}
