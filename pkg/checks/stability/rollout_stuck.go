package stability

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// RolloutStuck finds workloads that do not get to the pods that they ask for.
var RolloutStuck = &audit.Check{
	ID: "rollout-stuck", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title:   "A rollout does not get on",
	Options: []audit.Option{rolloutGrace},
	Judge:   audit.Workloads(rolloutStuck),
	Doc: audit.Doc{
		What: "A Deployment has the condition Progressing=False, or a Deployment, StatefulSet or DaemonSet has had fewer " +
			"updated or available replicas than it asks for during 15 minutes in which no pod was created, became ready or lost readiness " +
			"(for a Deployment at least its progressDeadlineSeconds), or no controller has ever looked at it. A Deployment " +
			"whose rollout was completed before is judged by its number of updated replicas only. Paused rollouts, " +
			"partitions and OnDelete are waits on purpose.",
		Why: "Half of the replicas run the old version and half the new one, or the new one runs nowhere: the fix that somebody " +
			"merged on Friday is not live, and nobody was told, because kubectl apply has long said that all is well. The next " +
			"drain then meets a workload with fewer replicas than it should have.",
		Fix: "Look at the newest pods of the workload: their events and logs say why they do not become ready. If it is not " +
			"quickly mended, roll back (kubectl rollout undo) and mend it in peace. Fewer pods than asked for without a pending one " +
			"mean that none can be created: see the events of the ReplicaSet or StatefulSet for a quota or an admission webhook.",
		Blind: "StatefulSets and DaemonSets do not say when they last got on: it is told by their pods. Their minReadySeconds is " +
			"not known: one of more than 15 minutes looks like a rollout that does not get on. A spec that its controller has " +
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
	changed := lastChange(w)
	switch {
	case r.Progressing.Is(corev1.ConditionFalse):
		return audit.Faults(stuckFault(w, missing+reasonText(r.Progressing.Reason), r.Progressing.Since))
	case changed.IsZero() || p.Within(changed, grace):
		return audit.Faults()
	}
	return audit.Faults(stuckFault(w, missing+", unchanged for "+p.Age(changed)+reasonText(r.ReplicaFailure.Reason), changed))
}

// shortfall says how far a rollout is from its end, "" if it is there.
func shortfall(r *inventory.Rollout) string {
	target := r.Desired - min(r.Partition, r.Desired)
	if r.Strategy == inventory.OnDelete {
		// Whoever deletes the pods decides when they are updated.
		target = 0
	}
	done := r.Progressing.Reason == "NewReplicaSetAvailable"
	var missing []string
	if r.Updated < target {
		missing = append(missing, fmt.Sprintf("%d of %d replicas updated", max(r.Updated, 0), target))
	}
	if r.Available < r.Desired && !done {
		missing = append(missing, fmt.Sprintf("%d of %d available", max(r.Available, 0), r.Desired))
	}
	if len(missing) == 0 && r.Progressing.Is(corev1.ConditionFalse) {
		missing = append(missing, fmt.Sprintf("%d of %d replicas are still there", max(r.Current, 0), r.Desired))
	}
	return strings.Join(missing, ", ")
}

// lastChange is the last sign that a rollout got on, or that its pods are not as
// they were: what its controller notes, a new pod, one that became ready or
// unready.
func lastChange(w *inventory.Workload) time.Time {
	latest := w.Rollout.Progressing.Since
	see := func(t time.Time) {
		if t.After(latest) {
			latest = t
		}
	}
	see(w.Created)
	for _, pod := range w.Pods {
		see(pod.Created)
		see(pod.Ready.Since)
	}
	return latest
}

func reasonText(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func stuckFault(w *inventory.Workload, message string, since time.Time) audit.Fault {
	r := w.Rollout
	return audit.Fault{
		Message: message,
		Evidence: report.Evidence{
			"desired": int(r.Desired), "updated": int(r.Updated), "ready": int(r.Ready), "available": int(r.Available),
		},
		Since: since,
		Fix: audit.Fix{
			Advice:  "see why its new pods are not ready, or roll it back",
			Command: audit.Kubectl("describe").In(w.Namespace).On(strings.ToLower(w.Kind) + "/" + w.Name),
		},
	}
}
