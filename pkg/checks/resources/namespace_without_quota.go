package resources

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// NamespaceWithoutQuota finds namespaces that may take the whole cluster.
var NamespaceWithoutQuota = &audit.Check{
	ID: "namespace-without-quota", Category: Category, Severity: report.Low, Since: "v0.1.0", Urgency: report.Later,
	Title:   "A namespace has no ResourceQuota",
	Reads:   audit.Reads{AbsentFrom: []inventory.Resource{inventory.ResourceQuotas}},
	Options: []audit.Option{quotaExempt},
	Judge:   audit.Over(audit.Namespaces, namespaceWithoutQuota),
	Doc: audit.Doc{
		What: "A namespace runs workloads, and no ResourceQuota is in it. Namespaces in which everything has ended, or " +
			"only static pods run, are not judged, nor are the cluster's own (option exempt).",
		Why: "Without a quota the cluster's capacity belongs to whoever asks first. One wrong replica count, a Job that " +
			"starts pods without end, or an autoscaler that follows a bad metric, and the pods of all other teams stay " +
			"Pending: at 2 a.m. those whose node has just died. With a quota the same mistake ends at the team's own " +
			"bound, and the API server says so at once.",
		Fix: "Agree with the team on a bound for pods, CPU and memory, for instance twice what it requests at its usual " +
			"peak; the proposed values are twice what is requested now. Once a quota bounds requests.cpu or " +
			"requests.memory, every new container must request it, so set defaults with a LimitRange as well. What a " +
			"rolling update adds for a while counts, too.",
		Blind: "What a quota bounds is not looked at: one of Secrets alone satisfies this check. In a cluster that has " +
			"one team, or one namespace per node pool, a quota may protect nobody.",
		References: []string{
			"https://kubernetes.io/docs/concepts/policy/resource-quotas/",
			"https://kubernetes.io/docs/tasks/administer-cluster/manage-resources/quota-memory-cpu-namespace/",
		},
	},
}

var quotaExempt = exemptOption()

func namespaceWithoutQuota(p *audit.Pass, n *inventory.Namespace) audit.Verdict {
	if slices.Contains(quotaExempt.In(p), n.Name) {
		return audit.NotApplicable()
	}
	workloads := running(n)
	if len(workloads) == 0 {
		return audit.NotApplicable()
	}
	if len(n.Quotas) > 0 {
		return audit.Faults()
	}
	use := useOf(workloads)
	message := "no ResourceQuota bounds its " + amount.Count(len(workloads), "workload") + " and " + amount.Count(int(use.pods), "pod")
	return audit.Faults(audit.Fault{
		Message:  message,
		Evidence: use.evidence(len(workloads)),
		Fix: audit.Fix{
			Advice:  "bound it, for a start to twice what it requests now",
			Command: audit.Kubectl("create", "quota", "compute-resources").In(n.Name).Flag("--hard=", use.twice()),
		},
	})
}
