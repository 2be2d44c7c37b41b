package resources

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// NamespaceWithoutLimitRange finds namespaces in which forgotten limits stay
// forgotten.
var NamespaceWithoutLimitRange = &audit.Check{
	ID: "namespace-without-limit-range", Category: Category, Severity: report.Low, Since: "v0.1.0", Urgency: report.Later,
	Title: "A namespace with unlimited containers has no LimitRange",
	Reads: audit.Reads{
		Needs:      []inventory.Resource{inventory.LimitRanges},
		AbsentFrom: []inventory.Resource{inventory.LimitRanges},
	},
	Options: []audit.Option{limitRangeExempt},
	Judge:   audit.Over(audit.Namespaces, namespaceWithoutLimitRange),
	Doc: audit.Doc{
		What: "A namespace runs containers without a memory limit, of their own or of their pod, and no LimitRange is in " +
			"it. Containers of any kind count, finished pods do not. The cluster's own namespaces are not judged " +
			"(option exempt).",
		Why: "Somebody will forget a limit again: in a debug pod, in a chart's sidecar, in the one Job that is made by " +
			"hand at 2 a.m. and takes the node's memory with it. A LimitRange is the net below: the API server gives its " +
			"default to every container that comes without, and refuses what is beyond its maximum.",
		Fix: "Set a default for memory that suits most containers of the namespace, as limit and as request, and let the " +
			"few large ones set their own. It concerns new pods only: those that run keep what they have until they are " +
			"made anew, so find out first which of them would be killed at that default.",
		Blind: "What a LimitRange sets is not looked at: one that only has a minimum satisfies this check. CPU limits, which " +
			"many teams leave out on purpose, are not asked for.",
		References: []string{
			"https://kubernetes.io/docs/concepts/policy/limit-range/",
			"https://kubernetes.io/docs/tasks/administer-cluster/manage-resources/memory-default-namespace/",
		},
	},
}

var limitRangeExempt = exemptOption()

func namespaceWithoutLimitRange(p *audit.Pass, n *inventory.Namespace) audit.Verdict {
	if slices.Contains(limitRangeExempt.In(p), n.Name) {
		return audit.NotApplicable()
	}
	all, without := 0, 0
	for _, w := range running(n) {
		// The newest revision is what the next pod is made of.
		newest := w.Templates[0]
		all += len(newest.Spec.InitContainers) + len(newest.Spec.Containers)
		without += len(unlimited(newest, corev1.ResourceMemory))
	}
	switch {
	case all == 0:
		return audit.NotApplicable()
	case without == 0 || len(n.LimitRanges) > 0:
		return audit.Faults()
	}
	return audit.Faults(audit.Fault{
		Message:  fmt.Sprintf("no LimitRange; containers without a memory limit: %d of %d", without, all),
		Evidence: report.Evidence{"containers": all, "withoutMemoryLimit": without},
		Fix:      createLimitRange(n.Name),
	})
}

// createLimitRange: kubectl has no verb for one, so it reads a manifest.
func createLimitRange(namespace string) audit.Fix {
	return audit.Fix{
		Advice: "give containers without a limit a default",
		Command: audit.Kubectl("create").In(namespace).With("--filename=-").Reading(
			`{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"defaults"},"spec":{"limits":` +
				`[{"type":"Container","default":{"memory":"MEMORY"},"defaultRequest":{"memory":"MEMORY"}}]}}`),
	}
}
