package resources

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// NamespaceWithoutQuota finds namespaces that may use up the whole cluster.
var NamespaceWithoutQuota = &audit.Check{
	ID: "namespace-without-quota", Category: Category, Severity: api.Low, Since: "v0.1.0", Urgency: api.Later,
	Title:   "Namespace has no ResourceQuota",
	Reads:   audit.Reads{AbsentFrom: []inventory.Resource{inventory.ResourceQuotas}},
	Options: []audit.Option{quotaExempt},
	Judge:   audit.Over(audit.Namespaces, namespaceWithoutQuota),
	Doc: audit.Doc{
		What: "A namespace runs workloads, and contains no ResourceQuota. Namespaces in which everything has ended, or " +
			"only static pods run, are not judged, nor are the cluster's own (option exempt).",
		Why: "Without a quota one namespace can use the capacity of the whole cluster. After a wrong replica count, a " +
			"Job that creates pods without end, or an autoscaler that follows a bad metric, the pods of all other " +
			"teams stay Pending, including those that must move because their node failed. With a quota the same " +
			"mistake is stopped at the team's own limit, and the API server reports it immediately.",
		Fix: "Agree with the team on a limit for pods, CPU and memory, for example twice the requests at its usual " +
			"peak; the proposed values are twice the current requests. Once a quota limits requests.cpu or " +
			"requests.memory, every new container must request it, so set defaults with a LimitRange as well. The " +
			"extra pods of a rolling update also count.",
		Limitations: "The content of a quota is not examined: one that only limits Secrets passes this check. In a " +
			"cluster with one team, or one namespace per node pool, a quota may not protect anyone.",
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
	message := "no ResourceQuota limits its " + amount.Count(len(workloads), "workload") + " and " + amount.Count(int(use.pods), "pod")
	return audit.Faults(audit.Fault{
		Message:  message,
		Evidence: use.evidence(len(workloads)),
		Fix: audit.Fix{
			Advice:  "limit it, at first to twice its current requests",
			Command: audit.Kubectl("create", "quota", "compute-resources").In(n.Name).Flag("--hard=", use.twice()),
		},
	})
}
