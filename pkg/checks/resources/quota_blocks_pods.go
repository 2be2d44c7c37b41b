package resources

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

// QuotaBlocksPods finds workloads whose pods the API server refuses.
var QuotaBlocksPods = &audit.Check{
	ID: "quota-blocks-pods", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title: "ResourceQuota or LimitRange rejects new pods (exceeded quota)",
	// A quota that was raised no longer refuses pods.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.ResourceQuotas}},
	Options:  []audit.Option{refusedWithin},
	Explains: []string{"rollout-stuck"},
	Judge:    audit.Over(audit.Workloads, quotaBlocksPods),
	Doc: audit.Doc{
		What: "The API server rejects new pods (or Jobs) of a workload because of a ResourceQuota (\"exceeded quota\") " +
			"or a LimitRange. For a Deployment, its condition ReplicaFailure or Progressing says so. For other " +
			"workloads, FailedCreate Events of the last hour say so, and pods are still missing: a StatefulSet or " +
			"DaemonSet does not have all its pods, and none has been created since. Low once the quota has room for " +
			"the rejected pod: the controller just has not tried again yet.",
		Why: "No pod is Pending or crashing, so dashboards of pods look fine: the pod was never created. A rollout " +
			"stops halfway, an autoscaler asks for replicas that never appear, pods of a failed node are not replaced, " +
			"or a scheduled Job does not run. The only trace is an Event that is deleted after an hour.",
		Fix: "If a quota is exceeded, free what is not needed or raise it, to the usual peak plus the extra pods of a " +
			"rolling update. If it requires requests or limits, set them, or set defaults with a LimitRange. If a " +
			"LimitRange sets the bounds, change the container's requests and limits to comply.",
		Limitations: "Events are kept for an hour, and controllers try again at growing intervals: a rejection that " +
			"began long ago may be invisible for up to a quarter of an hour. Controllers that report a failed creation " +
			"with a reason other than FailedCreate are not recognized. Rejections by other admission plugins and " +
			"webhooks are not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/policy/resource-quotas/",
			"https://kubernetes.io/docs/concepts/policy/limit-range/",
		},
	},
}

var refusedWithin = audit.Duration("within", time.Hour, "how recent the last rejection must be if only Events report it")

func quotaBlocksPods(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 || w.Kind == "Pod" {
		return audit.NotApplicable()
	}
	if told := cause.RefusalOf(p, w, refusedWithin.In(p)); told != nil && told.Bound != "" {
		fault := refusalFault(w, told)
		if lifted(p, w.Namespace, told) {
			fault = asPast(fault, told)
		}
		return audit.Faults(fault)
	}
	if w.Kind != "Deployment" && (w.Rollout == nil || w.Rollout.Current < w.Rollout.Desired) {
		if why := p.WhyUnread(w.Namespace, inventory.Events); why != "" {
			return audit.Unknown(why)
		}
	}
	return audit.Faults()
}

func refusalFault(w *inventory.Workload, r *cause.Refusal) audit.Fault {
	fault := audit.Fault{
		Message:  "new pods are rejected: " + r.Bound,
		Evidence: api.Evidence{"refusal": r.Bound}, Fix: refusalFix(w, r),
		Since: r.Since,
	}
	if r.Attempts > 0 {
		fault.Evidence["attempts"], fault.Evidence["lastAt"] = r.Attempts, api.Time(r.Last)
	}
	if r.Quota != "" {
		fault.Evidence["quota"] = r.Quota
	}
	if w.Kind == "CronJob" {
		fault.Message = "new Jobs or their pods are rejected: " + r.Bound
	}
	if w.Rollout != nil && w.Rollout.Current < w.Rollout.Desired {
		missing := w.Rollout.Desired - w.Rollout.Current
		fault.Message = fmt.Sprintf("%d of %d pods missing, rejected: %s", missing, w.Rollout.Desired, r.Bound)
		fault.Evidence["missing"], fault.Evidence["desired"] = int(missing), int(w.Rollout.Desired)
	}
	return fault
}

// lifted reports whether the quota that refused has room for it now: a controller
// that was refused tries again only after a while.
func lifted(p *audit.Pass, namespace string, r *cause.Refusal) bool {
	q := p.Quota(namespace, r.Quota)
	// A quota without a status may be full.
	return q != nil && len(r.Requested) > 0 && len(q.Hard) > 0 && hasRoom(q, r.Requested)
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

// asPast describes a refusal that will not happen again.
func asPast(fault audit.Fault, r *cause.Refusal) audit.Fault {
	fault.Severity = api.Low
	fault.Message += "; quota " + r.Quota + " allows them now, and the controller has not tried again yet"
	fault.Fix = audit.Fix{Advice: "wait for the next attempt, which may take a quarter of an hour"}
	return fault
}

func refusalFix(w *inventory.Workload, r *cause.Refusal) audit.Fix {
	switch {
	case len(r.Resources) > 0:
		hard := remedy.Fields{}
		for _, name := range r.Resources {
			hard[name] = "QUANTITY"
		}
		return raiseQuota(w.Namespace, r.Quota, hard)
	case r.Quota != "":
		return audit.Fix{
			Advice:  "set what the quota requires of every container, or the defaults of a LimitRange",
			Command: audit.Kubectl("describe").In(w.Namespace).On("resourcequota/" + r.Quota),
		}
	}
	return audit.Fix{
		Advice:  "change its requests and limits to fit the bounds of the namespace",
		Command: audit.Kubectl("describe", "limitrange,resourcequota").In(w.Namespace),
	}
}
