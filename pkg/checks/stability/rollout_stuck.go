package stability

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// RolloutStuck finds workloads that do not come to have the pods that they ask
// for.
var RolloutStuck = &audit.Check{
	ID: "rollout-stuck", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title: "A rollout is not progressing",
	// They tell why pods are refused, and which of them a dead node took along.
	Uses:    []inventory.Resource{inventory.Events, inventory.Nodes},
	Options: []audit.Option{rolloutGrace},
	Judge:   audit.Workloads(rolloutStuck),
	Doc: audit.Doc{
		What: "A Deployment has the condition Progressing=False, or Available=False for 15 minutes. Or a Deployment, StatefulSet or " +
			"DaemonSet has had fewer updated or available replicas than it asks for during 15 minutes in which no pod was created, " +
			"became ready or lost readiness (for a Deployment at least its progressDeadlineSeconds), or its pods have been refused for " +
			"that long, or no controller has ever looked at it. Replicas that are not available after a Deployment's rollout was " +
			"complete count only with Available=False. Paused rollouts, partitions and OnDelete are waits on purpose. Not a finding: " +
			"replicas that a node which is not ready took along, for which node-not-ready speaks, and pods within the time that " +
			"their startup probe allows. An object in a file that has no status is unknown.",
		Why: "Half of the replicas run the old version and half the new one, or the new one runs nowhere: the fix that somebody " +
			"merged on Friday is not live, and nobody was told, because kubectl apply has long said that all is well. The next " +
			"drain then meets a workload with fewer replicas than it should have.",
		Fix: "Look at the pods that are not ready: their events and logs say why. If it is not quickly mended and a former revision " +
			"exists, roll back (kubectl rollout undo) and mend it later. Where pods are refused, the message quotes why: an " +
			"admission webhook, Pod Security, a missing ServiceAccount, a quota. A StatefulSet with podManagementPolicy OrderedReady " +
			"does not replace a broken pod of a former revision: delete it.",
		Blind: "StatefulSets and DaemonSets do not say when they last progressed: it is told by their pods and by Events about " +
			"refused ones. Where neither shows it, the message names no time. Their minReadySeconds is " +
			"not known: one of more than 15 minutes looks like a rollout that is stuck. A spec that its controller has " +
			"not seen yet is not judged. Custom resources have rollouts of their own.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
			"https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates",
			"https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
		},
	},
}

var rolloutGrace = audit.Duration("grace", 15*time.Minute, "how long a rollout may go on without a change")

func rolloutStuck(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	r := w.Rollout
	// A manifest that was never applied has no generation.
	if r == nil || r.Generation == 0 {
		return audit.NotApplicable()
	}
	if r.Unwritten {
		return audit.Unknown("an object without status does not say how its rollout goes")
	}
	grace := max(rolloutGrace.In(p), r.ProgressDeadline)
	if r.Observed < r.Generation {
		if r.Observed == 0 && !w.Created.IsZero() && !p.Within(w.Created, grace) {
			return audit.Faults(stuckFault(w, "created "+ago(p, w.Created)+" and never looked at by its controller", w.Created))
		}
		return audit.Unknown(w.Kind + " " + w.Name + ": its controller has not seen the present spec yet")
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
		if len(held.lost) == 0 || cause.NodesSpeak(p) {
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
	// Why one of its pods does not start is why the rollout waits.
	fault.Without = func(func(*inventory.Pod) bool) *audit.Fault { return nil }
	return audit.Faults(fault)
}

// lostAvailability reports whether a Deployment was available before: it is not
// since its creation that it is without.
func lostAvailability(w *inventory.Workload) bool {
	return w.Rollout.Availability.Since.Sub(w.Created) > time.Minute
}

// refusedWithin is how long ago a controller may have said last that its pods
// are refused: it tries again at growing distances.
const refusedWithin = time.Hour

// completed reports whether a Deployment's last rollout came to its end: what its
// replicas do since then is no progress.
func completed(r *inventory.Rollout) bool { return r.Progressing.Reason == "NewReplicaSetAvailable" }

// updateTarget is how many replicas are meant to be of the present revision.
func updateTarget(r *inventory.Rollout) int32 {
	if r.Strategy == inventory.OnDelete {
		// Whoever deletes the pods decides when they are updated.
		return 0
	}
	return r.Desired - min(r.Partition, r.Desired)
}

// shortfall says how far a rollout is from its end, "" if it is there.
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

// backlog is what the pods of a workload show of why it is short of replicas.
type backlog struct {
	// unready pods are those that count and are not ready, for the longest time
	// first.
	unready []*inventory.Pod
	// lost pods went with a node that is not ready; some are of an old revision.
	lost    []*inventory.Pod
	lostOld int
	// starting pods take no longer than they may.
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

// explains reports whether nothing but dead nodes and starts keeps the replicas
// away. A rollout waits for a pod that starts before it touches the next, and an
// ordered StatefulSet before it makes the next.
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

// lastChange is the last sign that a rollout progressed, or that its pods are not
// as they were: what its controller notes, a new pod, one that became ready or
// unready. It is proven by a Deployment's progress, and by pods that are all
// there or wait for one that is not ready: nothing tells when others went.
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
		Evidence: report.Evidence{
			"desired": int(r.Desired), "updated": int(r.Updated), "ready": int(r.Ready), "available": int(r.Available),
		},
		Since: since, Fix: describeWorkload(w, "see what its controller says"),
	}
}

func stuckFix(w *inventory.Workload, held backlog) audit.Fix {
	for _, pod := range held.unready {
		if fix, found := remedy.LeftOver(w, pod); found {
			return fix
		}
	}
	r := w.Rollout
	fix := describeWorkload(w, "see why its pods are not ready")
	switch {
	case len(held.unready) > 0:
		fix = describe(held.unready[0], "see why its pod is not ready")
	case r.Current == 0:
		fix.Advice = "see why no pod is made"
	case r.Available >= r.Current:
		fix.Advice = "see what its controller says"
	}
	if !completed(r) && (r.Former || len(w.Templates) > 1) {
		fix.Advice += ", or roll it back"
	}
	return fix
}

// refusedFault speaks of pods that are not made; there are none to look at, and
// those of a former revision would be refused as well.
func refusedFault(p *audit.Pass, w *inventory.Workload, told *cause.Refusal) audit.Fault {
	r := w.Rollout
	missing := max(r.Desired-r.Current, 1)
	fault := stuckFault(w, fmt.Sprintf("%d of %d pods cannot be created for %s: %s",
		missing, max(r.Desired, missing), p.Age(told.Since), cause.Quote(told.Message)), told.Since)
	fault.Fix.Advice = refusalAdvice(told.Message)
	if told.Attempts > 0 {
		fault.Evidence["attempts"], fault.Evidence["lastAt"] = told.Attempts, told.Last.UTC().Format(time.RFC3339)
	}
	return fault
}

// refusalAdvice knows the words of the API server.
func refusalAdvice(message string) string {
	for _, known := range []struct{ words, advice string }{
		{"violates PodSecurity", "bring the security context of its pods within the Pod Security level of the namespace"},
		{"failed calling webhook", "see why the webhook does not answer"},
		{"denied the request", "correct in the pod template what the webhook objects to"},
		{"serviceaccount", "create the ServiceAccount that its pods name"},
		{"quota", "free what is not needed, or raise the quota"},
		{"no PriorityClass", "create the PriorityClass that its pods name"},
	} {
		if strings.Contains(message, known.words) {
			return known.advice
		}
	}
	return "correct in the pod template what is refused"
}
