package availability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// DisruptionBudgetSelectsNothing finds budgets that protect nobody.
var DisruptionBudgetSelectsNothing = &audit.Check{
	ID: "disruption-budget-selects-nothing", Category: Category, Severity: api.Low, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Field: "selector",
	Title: "PodDisruptionBudget selects no pod",
	Reads: audit.Reads{Optional: append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)},
	Judge: audit.Over(audit.Budgets, disruptionBudgetSelectsNothing),
	Doc: audit.Doc{
		What: "The selector of a PodDisruptionBudget matches no pod of its namespace and no template of a workload " +
			"without pods, and its status counts no pods either. A status that is older than the spec is not judged. " +
			"In files that contain only a part of a cluster, a budget without a status is flagged only for a near " +
			"miss: exactly one workload of the namespace matches all labels but one, whose value is misspelled, or " +
			"different while other labels match. The severity is then medium.",
		Why: "Somebody meant to protect a workload and believes that it is protected. A label was renamed, or the " +
			"budget outlived its workload; this is noticed only when a drain evicts all replicas at once.",
		Fix: "Compare the selector with the labels of the pods that it should protect. Delete the budget if its " +
			"workload no longer exists. Note that an empty selector selects all pods of the namespace.",
		Limitations: "A budget for pods that exist only for some hours, such as those of a nightly Job whose CronJob " +
			"is not in the same namespace, is flagged between two runs. A selector that matches the wrong pods is not " +
			"detected.",
		References: []string{
			"https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
			"https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",
		},
	},
}

func disruptionBudgetSelectsNothing(p *audit.Pass, b *inventory.PodDisruptionBudget) audit.Verdict {
	switch {
	case len(b.Workloads) > 0 || len(b.Makers) > 0:
		return audit.Faults()
	case b.Status.ObservedGeneration < b.Generation:
		return audit.Unknown("the status of PodDisruptionBudget " + b.Name + " is older than its spec")
	case b.Status.ExpectedPods > 0:
		return audit.Faults()
	}
	fault := audit.Fault{
		Message:  "selects no pod: its selector is " + budgetSelector(b),
		Evidence: api.Evidence{"selector": b.Selector.String(), "expectedPods": 0},
		Fix: audit.Fix{
			Advice:  "correct the selector, or delete the budget: compare it with the labels of the pods",
			Command: audit.Kubectl("get", "pods").In(b.Namespace).With("--show-labels"),
		},
	}
	counted := b.Status.ObservedGeneration > 0
	if why := p.WhyIncomplete(b.Namespace, append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)...); why != "" && !counted {
		near := p.NearMiss(b.Namespace, b.Selector)
		if near == nil || !p.IsPart() {
			return audit.Unknown(why)
		}
		fault.Severity, fault.Evidence["nearest"] = api.Medium, near.Kind+"/"+near.Name
		fault.Message = fmt.Sprintf("its selector %s matches nothing in these files, but %s", budgetSelector(b), near)
	}
	return audit.Faults(fault)
}

func budgetSelector(b *inventory.PodDisruptionBudget) string {
	if _, selects := b.Selector.Requirements(); !selects {
		return "missing"
	}
	if b.Selector.Empty() {
		return "empty, which means all pods"
	}
	return b.Selector.String()
}
