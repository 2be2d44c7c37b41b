package resources

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// QuotaBlocksPods finds workloads whose pods the API server refuses.
var QuotaBlocksPods = &audit.Check{
	ID: "quota-blocks-pods", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title:   "A quota or LimitRange keeps pods from being made",
	Uses:    []inventory.Resource{inventory.Events},
	Options: []audit.Option{refusedWithin},
	Judge:   audit.Workloads(quotaBlocksPods),
	Doc: audit.Doc{
		What: "The API server refuses new pods (or Jobs) of a workload because of a ResourceQuota or a LimitRange. A " +
			"Deployment says so itself, in its condition ReplicaFailure or Progressing. For other workloads it is told " +
			"from FailedCreate events of the last hour, if pods are missing still: neither are all of a StatefulSet's or " +
			"DaemonSet's pods there, nor has any pod been made since.",
		Why: "There is no pod that is Pending or crashing, so pod dashboards stay green: the pod was never made. A rollout " +
			"hangs half way, an autoscaler asks for replicas that never come, a node dies and its pods do not come back, " +
			"the Job of 2 a.m. does not run. The only trace is an event that is gone after an hour.",
		Fix: "Where a quota is exceeded, free what is not needed or raise it, to the usual peak and the extra pods of a " +
			"rolling update. Where it asks for requests or limits, set them, or let a LimitRange give defaults. Where a " +
			"LimitRange sets the bound, change the container's requests and limits to lie within.",
		Blind: "Events are kept for an hour, and controllers try again at growing distances: a refusal that began long ago " +
			"may be unseen for up to a quarter of an hour. Controllers that do not report a failed creation as " +
			"FailedCreate are not understood. Other admission plugins and webhooks that refuse pods are not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/policy/resource-quotas/",
			"https://kubernetes.io/docs/concepts/policy/limit-range/",
		},
	},
}

var refusedWithin = audit.Duration("within", time.Hour, "how long ago the last refusal may be, where only events tell")

func quotaBlocksPods(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 || w.Kind == "Pod" {
		return audit.NotApplicable()
	}
	if w.Rollout != nil && w.Kind == "Deployment" {
		for _, c := range []inventory.Condition{w.Rollout.ReplicaFailure, w.Rollout.Progressing} {
			if r, ok := refusalOf(c.Message); ok && failing(c) {
				return audit.Faults(refusalFault(w, r, c.Since))
			}
		}
		return audit.Faults()
	}
	if w.Rollout != nil && w.Rollout.Current >= w.Rollout.Desired {
		return audit.Faults()
	}
	if event := newestFailedCreate(p, w); event != nil && !madeSince(w, event.Last) {
		if r, ok := refusalOf(event.Message); ok {
			fault := refusalFault(w, r, event.First)
			fault.Evidence["attempts"], fault.Evidence["lastAt"] = int(event.Count), event.Last.UTC().Format(time.RFC3339)
			return audit.Faults(fault)
		}
	}
	if why := p.WhyUnread(w.Namespace, inventory.Events); why != "" {
		return audit.Unknown(why)
	}
	return audit.Faults()
}

// failing: ReplicaFailure is True, or Progressing is False because not even the
// ReplicaSet could be made.
func failing(c inventory.Condition) bool {
	switch c.Reason {
	case "FailedCreate":
		return c.Is(corev1.ConditionTrue)
	case "ReplicaSetCreateError":
		return c.Is(corev1.ConditionFalse)
	}
	return false
}

// newestFailedCreate is what the controllers of a workload last said of a pod
// that they could not make, nil if that is long ago.
func newestFailedCreate(p *audit.Pass, w *inventory.Workload) *inventory.Event {
	var newest *inventory.Event
	consider := func(o *inventory.Object) {
		for _, e := range p.EventsOf(o) {
			if e.Reason == "FailedCreate" && p.Within(e.Last, refusedWithin.In(p)) && (newest == nil || e.Last.After(newest.Last)) {
				newest = e
			}
		}
	}
	consider(&w.Object)
	for _, o := range w.Controllers {
		consider(o)
	}
	return newest
}

// madeSince: a pod or Job that was made after a refusal shows that it is over.
func madeSince(w *inventory.Workload, refused time.Time) bool {
	for _, p := range w.Pods {
		if p.Created.After(refused) {
			return true
		}
	}
	for _, j := range w.Jobs {
		if j.Created.After(refused) {
			return true
		}
	}
	return false
}

func refusalFault(w *inventory.Workload, r refusal, since time.Time) audit.Fault {
	fault := audit.Fault{
		Message:  "new pods are refused: " + r.text,
		Evidence: report.Evidence{"refusal": r.text},
		Since:    since, Fix: refusalFix(w, r),
	}
	if r.quota != "" {
		fault.Evidence["quota"] = r.quota
	}
	if w.Kind == "CronJob" {
		fault.Message = "new Jobs or their pods are refused: " + r.text
	}
	if w.Rollout != nil && w.Rollout.Current < w.Rollout.Desired {
		missing := w.Rollout.Desired - w.Rollout.Current
		fault.Message = fmt.Sprintf("%d of %d pods missing, refused: %s", missing, w.Rollout.Desired, r.text)
		fault.Evidence["missing"], fault.Evidence["desired"] = int(missing), int(w.Rollout.Desired)
	}
	return fault
}

func refusalFix(w *inventory.Workload, r refusal) audit.Fix {
	switch {
	case len(r.resources) > 0:
		hard := remedy.Fields{}
		for _, name := range r.resources {
			hard[name] = "QUANTITY"
		}
		return raiseQuota(w.Namespace, r.quota, hard)
	case r.quota != "":
		return audit.Fix{
			Advice:  "set what the quota asks every container for, or a LimitRange's defaults",
			Command: audit.Kubectl("describe").In(w.Namespace).On("resourcequota/" + r.quota),
		}
	}
	return audit.Fix{
		Advice:  "bring its requests and limits within the namespace's bounds",
		Command: audit.Kubectl("describe", "limitrange,resourcequota").In(w.Namespace),
	}
}
