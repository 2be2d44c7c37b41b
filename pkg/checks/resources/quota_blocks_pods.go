package resources

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// QuotaBlocksPods finds workloads whose pods the API server refuses.
var QuotaBlocksPods = &audit.Check{
	ID: "quota-blocks-pods", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title: "A quota or LimitRange keeps pods from being made",
	// A quota that was raised refuses no more.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.ResourceQuotas}},
	Options:  []audit.Option{refusedWithin},
	Explains: []string{"rollout-stuck"},
	Judge:    audit.Over(audit.Workloads, quotaBlocksPods),
	Doc: audit.Doc{
		What: "The API server refuses new pods (or Jobs) of a workload because of a ResourceQuota or a LimitRange. A " +
			"Deployment says so itself, in its condition ReplicaFailure or Progressing. For other workloads it is told " +
			"from FailedCreate events of the last hour, if pods are missing still: neither are all of a StatefulSet's or " +
			"DaemonSet's pods there, nor has any pod been made since. Low once the quota has room for what it refused: the " +
			"controller only has not tried again yet.",
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
	if told := cause.RefusalOf(p, w, refusedWithin.In(p)); told != nil {
		if r, ok := refusalOf(told.Message); ok {
			fault := refusalFault(w, r)
			fault.Since = told.Since
			if told.Attempts > 0 {
				fault.Evidence["attempts"], fault.Evidence["lastAt"] = told.Attempts, told.Last.UTC().Format(time.RFC3339)
			}
			if lifted(p, w.Namespace, r) {
				fault = asPast(fault, r)
			}
			return audit.Faults(fault)
		}
	}
	if w.Kind != "Deployment" && (w.Rollout == nil || w.Rollout.Current < w.Rollout.Desired) {
		if why := p.WhyUnread(w.Namespace, inventory.Events); why != "" {
			return audit.Unknown(why)
		}
	}
	return audit.Faults()
}

func refusalFault(w *inventory.Workload, r refusal) audit.Fault {
	fault := audit.Fault{
		Message:  "new pods are refused: " + r.text,
		Evidence: report.Evidence{"refusal": r.text}, Fix: refusalFix(w, r),
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

// lifted reports whether the quota that refused has room for it by now: a
// controller that was refused tries again only after a while.
func lifted(p *audit.Pass, namespace string, r refusal) bool {
	for _, q := range p.Quotas {
		if q.Namespace == namespace && q.Name == r.quota {
			// A quota without a status may be full.
			return len(r.requested) > 0 && len(q.Hard) > 0 && hasRoom(q, r.requested)
		}
	}
	return false
}

func hasRoom(q *inventory.ResourceQuota, requested corev1.ResourceList) bool {
	for name, more := range requested {
		hard, bounded := q.Hard[name]
		more.Add(q.Used[name])
		if bounded && more.Cmp(hard) > 0 {
			return false
		}
	}
	return true
}

// asPast words a refusal that will not come again.
func asPast(fault audit.Fault, r refusal) audit.Fault {
	fault.Severity = report.Low
	fault.Message += "; quota " + r.quota + " allows them by now, and the controller has not tried again yet"
	fault.Fix = audit.Fix{Advice: "wait for the next attempt, which may take a quarter of an hour"}
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
