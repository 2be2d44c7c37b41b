package resources

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// QuotaNearlyUsedUp finds namespaces whose new pods will soon be refused.
var QuotaNearlyUsedUp = &audit.Check{
	ID: "quota-nearly-used-up", Category: Category, Severity: api.Medium, Worst: api.High, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title:   "ResourceQuota is nearly used up",
	Options: []audit.Option{quotaUsed},
	Judge:   audit.Over(audit.Namespaces, quotaNearlyUsedUp),
	Doc: audit.Doc{
		What: "More than 90 % of a resource that a ResourceQuota limits is used, according to the quota's own status. " +
			"High at 100 %. A limit of 0 forbids a resource on purpose and is not judged.",
		Why: "Running pods are not affected, so nobody notices. The next pod is rejected: one that an autoscaler adds " +
			"under load, the extra pod of a rolling update, or the pod of a scheduled Job. A rollout then stops " +
			"halfway, and a pod that is lost may not come back because another one took its place.",
		Fix: "Find out what uses it (kubectl describe quota, kubectl top pod) and whether that is intended: finished " +
			"Jobs, forgotten deployments and requests far above the real use are the usual waste. Otherwise raise the " +
			"quota, to the usual peak plus the extra pods of a rolling update.",
		Limitations: "The status was written by the quota controller, seconds to minutes ago. A quota of a few objects " +
			"that is full by design, for example one load balancer, is flagged. Whether anything was rejected is " +
			"reported by quota-blocks-pods.",
		References: []string{
			"https://kubernetes.io/docs/concepts/policy/resource-quotas/",
		},
	},
}

var quotaUsed = audit.Percent("used", 90, "how much of a quota may be used, in percent")

func quotaNearlyUsedUp(p *audit.Pass, n *inventory.Namespace) audit.Verdict {
	if len(n.Quotas) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, q := range n.Quotas {
		if q.Deleting() {
			continue
		}
		if short := shortOf(q, float64(quotaUsed.In(p))); len(short) > 0 {
			faults = append(faults, quotaFault(q, short))
		}
	}
	return audit.Faults(faults...)
}

// spent is a resource of which a quota has little left.
type spent struct {
	name    corev1.ResourceName
	text    string
	percent float64
}

// shortOf returns the resources of which a quota has little left, the scarcest
// first.
func shortOf(q *inventory.ResourceQuota, limit float64) []spent {
	var short []spent
	for name, hard := range q.Hard {
		used := q.Used[name]
		if hard.Sign() <= 0 {
			continue
		}
		// Rounded, so that 630m of 700m is exactly 90 %.
		percent := math.Round(1e8*used.AsApproximateFloat64()/hard.AsApproximateFloat64()) / 1e6
		if percent > limit || percent >= 100 {
			short = append(short, spent{name, string(name) + " " + used.String() + " of " + hard.String(), percent})
		}
	}
	slices.SortFunc(short, func(a, b spent) int {
		return cmp.Or(cmp.Compare(b.percent, a.percent), cmp.Compare(a.name, b.name))
	})
	return short
}

func quotaFault(q *inventory.ResourceQuota, short []spent) audit.Fault {
	worst := short[0]
	used := strconv.FormatFloat(math.Floor(worst.percent), 'f', 0, 64) + " %"
	texts, hard := make([]string, len(short)), remedy.Fields{}
	for i, s := range short {
		texts[i], hard[string(s.name)] = s.text, "QUANTITY"
	}
	fault := audit.Fault{
		Message:  "quota " + q.Name + " is " + used + " used: " + strings.Join(texts, ", "),
		Evidence: api.Evidence{"quota": q.Name, "used": texts, "percent": math.Floor(worst.percent)},
		Fix:      raiseQuota(q.Namespace, q.Name, hard),
	}
	if worst.percent >= 100 {
		fault.Severity = api.High
	}
	return fault
}

// raiseQuota leaves the new value to a person.
func raiseQuota(namespace, quota string, hard remedy.Fields) audit.Fix {
	return remedy.Object(&inventory.Object{Kind: "ResourceQuota", Namespace: namespace, Name: quota},
		"free what is not needed, or raise the quota", remedy.Fields{"hard": hard})
}
